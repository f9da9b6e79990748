"""``postdesk mail inspect``: one JSON object a line, in the order given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.mailgate.parse.build import HEAD, PNG, file, multipart, text

KEYS = [
    "file", "subject", "from", "reply_to", "to", "cc", "date", "message_id", "in_reply_to",
    "references", "kind", "text", "reply", "quoted", "signature", "disclaimer", "html",
    "attachments", "bounce", "defects",
]  # fmt: skip


def _inspect(*files: Path) -> tuple[list[dict[str, Any]], int, str]:
    command = [sys.executable, "-c", "from commands.main import main; main()", "mail", "inspect"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode, done.stderr


def test_a_mail(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    fields = b"Message-ID: <1@x>\nDate: Mon, 23 Nov 2026 10:00:00 +0100\nIn-Reply-To: <0@x>\n"
    body = multipart(text("Grüße".encode()), file(PNG, b"image/png; name=a.png"))
    path.write_bytes(fields + HEAD + body)
    (line,), status, _ = _inspect(path)
    assert status == 0
    assert list(line) == KEYS
    assert line["file"] == str(path)
    assert line["from"] == {"name": "Ann", "address": "ann@example.org"}
    assert line["date"] == "2026-11-23T09:00:00Z"
    assert (line["message_id"], line["in_reply_to"]) == ("1@x", ["0@x"])
    assert (line["kind"], line["reply"], line["bounce"]) == ("message", "Grüße", None)
    assert list(line["attachments"][0]) == [
        "filename", "content_type", "size", "sha256", "disposition", "content_id",
    ]  # fmt: skip


def test_a_bounce(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"From: mailer-daemon@x\n\n<nobody@y.example>:\n550 5.1.1 unknown\n")
    (line,), _, _ = _inspect(path)
    assert line["bounce"] == {
        "recipients": [
            {
                "address": "nobody@y.example",
                "action": None,
                "status": "5.1.1",
                "diagnostic": "550 5.1.1 unknown",
            }
        ],
        "original_message_id": None,
    }


def test_many_files_keep_their_order_and_errors_their_line(tmp_path: Path) -> None:
    paths = []
    for number in range(40):
        path = tmp_path / f"{number}.eml"
        if number == 7:
            path.write_bytes(HEAD + b"\n" + b"\n" * 600_000)
        elif number != 11:
            path.write_bytes(b"Subject: %d\n\nhi" % number)
        paths.append(path)
    lines, status, stderr = _inspect(*paths)
    assert [line["file"] for line in lines] == [str(path) for path in paths]
    assert status == 1
    assert lines[7] == {
        "file": str(paths[7]),
        "error": "too complex to be read: the mail has more than 500,000 lines",
    }
    assert lines[11] == {"file": str(paths[11]), "error": "No such file or directory"}
    assert [line["subject"] for line in lines if "error" not in line] == [
        str(n) for n in range(40) if n not in (7, 11)
    ]
    assert stderr == ""


def test_a_folder_is_no_mail(tmp_path: Path) -> None:
    (line,), status, _ = _inspect(tmp_path)
    assert (line["error"], status) == ("Is a directory", 1)


def test_neither_flask_nor_sqlalchemy_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from commands.main import main; from commands.mail_inspect import *;"
        "import mailgate.parse.child;"
        "print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
