"""``postdesk mail inspect``: print what the reader makes of raw mails, as JSON lines."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from mailgate.parse.isolated import Reader
from mailgate.parse.mail import Bounce, MailAddress, ParsedMail
from mailgate.parse.pipe import ReadResult

_FILES_A_READER = 8
"""Below this many files a further process costs more than it saves."""


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def inspect_command(files: tuple[str, ...]) -> None:
    """Print one JSON object a line for each raw mail FILE, in the order given.

    Touches no database. A FILE that cannot be read or parsed gives {"file", "error"}, and exit
    status 1 at the end.
    """
    failed = False
    readers = [Reader(fork=True) for _ in range(_processes(len(files)))]
    waiting: list[tuple[str, str | None]] = []
    try:
        for number, name in enumerate(files):
            if number >= len(readers):
                failed |= _finish(readers[number % len(readers)], *waiting.pop(0))
            waiting.append((name, _submit(readers[number % len(readers)], name)))
        for number in range(len(files) - len(waiting), len(files)):
            failed |= _finish(readers[number % len(readers)], *waiting.pop(0))
    finally:
        for reader in readers:
            reader.close()
    sys.exit(1 if failed else 0)


def _processes(files: int) -> int:
    return max(1, min(os.cpu_count() or 1, 4, files // _FILES_A_READER))


def _submit(reader: Reader, name: str) -> str | None:
    """Start reading a file. Returns what is wrong with it, if anything."""
    try:
        reader.submit(Path(name), contents=False)
    except OSError as problem:
        return problem.strerror or "cannot be read"
    except ValueError:  # a NUL in the name
        return "not a file name"
    return None


def _finish(reader: Reader, name: str, problem: str | None) -> bool:
    """Print one file's line. Returns whether it failed."""
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    result = ReadResult(ParsedMail(), problem) if problem else reader.result()
    line = (
        {"file": shown, "error": result.failure} if result.failure else line_of(shown, result.mail)
    )
    # UTF-8 whatever the locale says: this is for programs
    sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return bool(result.failure)


def line_of(name: str, mail: ParsedMail) -> dict[str, Any]:
    """The JSON object of one mail: names and types are a contract that scripts rely on."""
    return {
        "file": name,
        "subject": mail.subject,
        "from": _address(mail.sender) if mail.sender else None,
        "reply_to": [_address(a) for a in mail.reply_to],
        "to": [_address(a) for a in mail.to],
        "cc": [_address(a) for a in mail.cc],
        "date": mail.date.strftime("%Y-%m-%dT%H:%M:%SZ") if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "kind": mail.kind,
        "text": mail.text,
        "reply": mail.reply,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "disclaimer": mail.disclaimer,
        "html": mail.html,
        "attachments": [
            {
                "filename": a.filename,
                "content_type": a.content_type,
                "size": a.size,
                "sha256": a.sha256,
                "disposition": a.disposition,
                "content_id": a.content_id,
            }
            for a in mail.attachments
        ],
        "bounce": _bounce(mail.bounce) if mail.bounce else None,
        "defects": list(mail.defects),
    }


def _address(address: MailAddress) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return {
        "recipients": [
            {
                "address": r.address,
                "action": r.action,
                "status": r.status,
                "diagnostic": r.diagnostic,
            }
            for r in bounce.recipients
        ],
        "original_message_id": bounce.original_message_id,
    }
