"""``postdesk mailbox inbound``: set up, listed, closed; the password shown once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpdesk.db import Database
from tests.commands.conftest import Postdesk, said

OURS = "support@shop.example"
pytestmark = pytest.mark.databases("sqlite")  # test_edit_mail_service has both


@pytest.fixture
def run(database: Database, postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch) -> Postdesk:
    monkeypatch.setenv("POSTDESK_PUBLIC_URL", "https://help.shop.example")
    assert postdesk("mailbox", "add", OURS).exit_code == 0
    return postdesk


def test_it_prints_where_to_post(run: Postdesk, tmp_path: Path) -> None:
    first = run("mailbox", "inbound", OURS, "postmark")
    found = re.fullmatch(
        r"https://postdesk:(\S{32})@help\.shop\.example(/api/mail/inbound/postmark/\S{32}/)\n",
        first.output,
    )
    assert found, first.output
    again = run("mailbox", "inbound", OURS, "postmark")
    assert again.output == f"https://help.shop.example{found[2]}\n"
    anew = run("mailbox", "inbound", OURS, "postmark", "--new-password")
    assert found[1] not in anew.output
    assert found[2] in anew.output

    assert "Give the key" in said(run("mailbox", "inbound", OURS, "mailgun"))
    key = tmp_path / "key"
    key.write_text("key-0123456789\n")
    assert run("mailbox", "inbound", OURS, "mailgun", "--key-file", str(key)).exit_code == 0
    typed = run("mailbox", "inbound", OURS, "mailgun", "--key-file", "-", stdin="key-012345678\n")
    assert typed.output.endswith("/mime\n")
    gone = run("mailbox", "inbound", OURS, "mailgun", "--key-file", str(tmp_path / "none"))
    assert "No such file" in said(gone)

    listed = run("mailbox", "inbound", OURS).output.splitlines()
    assert [line.split()[0] for line in listed] == ["postmark", "mailgun"]
    assert "nothing taken yet" in listed[0]
    assert run("mailbox", "inbound", OURS, "mailgun", "--off").exit_code == 0
    assert len(run("mailbox", "inbound", OURS).output.splitlines()) == 1


def test_what_is_wrong_is_one_line(run: Postdesk) -> None:
    for arguments in ((OURS, "ses"), (OURS, "ses", "--topic", "x"), ("no@shop.example", "ses")):
        assert said(run("mailbox", "inbound", *arguments))
