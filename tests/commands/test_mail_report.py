"""``postdesk mail report``: an anonymised copy of a raw mail, and whether it shows the same."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Postdesk


def test_it_writes_a_copy_and_says_whether_it_is_read_alike(
    postdesk: Postdesk, tmp_path: Path
) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(b"From: Eve <eve@mail.example>\r\nSubject: My secret\r\n\r\nPrivate.\r\n")
    done = postdesk("mail", "report", str(mail))
    assert done.exit_code == 0
    assert "read just as the mail is" in done.stderr
    assert "secret" not in done.stdout
    assert "Subject: " in done.stdout
    copy = tmp_path / "copy.eml"
    assert postdesk("mail", "report", str(mail), "--output", str(copy)).exit_code == 0
    assert b"Private" not in copy.read_bytes()


def test_a_file_that_is_not_there_is_said_in_a_line(postdesk: Postdesk) -> None:
    assert "not exist" in postdesk("mail", "report", "/nothing/here.eml").stderr
