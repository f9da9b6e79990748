"""The sample mails: each can be read, and is what it is there to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from commands.sample_mails import Mail, answer_to_the_answer, later_mails, opening_mails
from mailgate.parse import read_mail

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
NUMBER = "TKT20261124001"


def samples() -> list[Mail]:
    return [
        *opening_mails("support@shop.example", AT),
        *later_mails("support@shop.example", AT, NUMBER),
        answer_to_the_answer("support+token@shop.example", AT),
    ]


def test_each_is_read_without_a_defect_and_lies_in_the_past() -> None:
    for sender, raw in samples():
        mail = read_mail(raw)
        assert mail.sender is not None
        assert mail.sender.address == sender
        assert not mail.defects
        assert mail.date is not None
        assert AT - timedelta(days=3) < mail.date <= AT


def test_each_has_a_message_id_of_its_own() -> None:
    found = [read_mail(raw).message_id for _, raw in samples()]
    assert None not in found
    assert len(set(found)) == len(found)


def test_they_show_what_a_queue_meets() -> None:
    mails = [read_mail(raw) for _, raw in samples()]
    assert {"message", "auto_reply", "list"} <= {mail.kind for mail in mails}
    assert any(mail.attachments for mail in mails)
    assert "注文10088の件" in [mail.subject for mail in mails]
    later = [read_mail(raw) for _, raw in later_mails("support@shop.example", AT, NUMBER)]
    assert any(NUMBER in mail.subject for mail in later), "somebody guesses a number"
    assert later[0].in_reply_to == ("parcel-1@example.org",)
