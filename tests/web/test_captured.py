"""The Maildir of captured mails."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.errors import NotFound
from jobs.relay import CaptureRelay
from web.captured import captured_mails, opened_mail


def test_mails_are_listed_newest_first_and_opened(tmp_path: Path) -> None:
    relay = CaptureRelay(tmp_path)
    for subject in (b"One", b"Two"):
        relay.send("s@shop.example", "ann@mail.example", b"Subject: %s\r\n\r\nHello\r\n" % subject)
    mails = captured_mails(tmp_path)
    assert [mail.subject for mail in mails] == ["Two", "One"]
    opened = opened_mail(tmp_path, mails[0].name)
    assert (opened.mail.subject, opened.text.strip(), opened.html) == ("Two", "Hello", "")
    assert opened.raw.endswith("Hello\n") or opened.raw.endswith("Hello\r\n")


def test_a_name_of_another_make_opens_nothing(tmp_path: Path) -> None:
    assert captured_mails(tmp_path / "nowhere") == []
    for name in ("", "../secret_key", "1.P1Q1.postdesk"):
        with pytest.raises(NotFound):
            opened_mail(tmp_path, name)
