"""A mail becomes a ticket, the answers to it join, and strangers do not."""

from __future__ import annotations

import smtplib

import pytest

from tests.support.servers import wait_until
from tests.support.story import SUPPORT, Shop, text_of


def test_a_mail_becomes_a_ticket_and_is_acknowledged(shop: Shop) -> None:
    ann = shop.customer("ann@mail.example")
    mail = ann.writes("My kettle leaks", "Hello,\n\nit leaks at the bottom.\n\nAnn\n")

    ticket = shop.ticket_of(mail)
    assert (ticket.subject, ticket.status) == ("My kettle leaks", "open")
    (comment,) = shop.comments(ticket)
    assert "leaks at the bottom" in comment.text

    answer = ann.receives(ticket.number)
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == mail["Message-ID"]
    assert str(mail["Message-ID"]) in str(answer["References"])
    assert f"[{ticket.number}]" in str(answer["Subject"])
    assert shop.postdesk.url + "/t/" in text_of(answer)
    assert answer.get_body(("html",)) is not None


@pytest.mark.parametrize("by", ["as mail clients do", "references", "subject", "reply address"])
def test_an_answer_joins(shop: Shop, by: str) -> None:
    cleo = shop.customer(f"cleo-{by.replace(' ', '-')}@mail.example", "Cleo")
    ticket = shop.ticket_of(cleo.writes(f"A lid is missing ({by})"))
    acknowledgement = cleo.receives(ticket.number)

    answer = cleo.answers(acknowledgement, "It came today, thank you.", by=by)

    assert shop.ticket_of(answer).id == ticket.id
    assert [c.reply_text.strip() for c in shop.comments(ticket)][1:] == [
        "It came today, thank you."
    ]
    assert len(cleo.inbox) == 1, "a comment gets no acknowledgement"


def test_a_strangers_mail_with_the_number_starts_a_linked_ticket(shop: Shop) -> None:
    dora = shop.customer("dora@mail.example")
    ticket = shop.ticket_of(dora.writes("Where is my parcel?"))
    stranger = shop.customer("stranger@elsewhere.example")

    mail = stranger.writes(f"Re: [{ticket.number}] Where is my parcel?", "Tell me all of it.")

    other = shop.ticket_of(mail)
    assert other.id != ticket.id
    assert shop.links(other) == [(ticket.id, "mentions")]
    assert len(shop.comments(ticket)) == 1


def test_a_mail_for_nobody_here_is_refused_at_rcpt(shop: Shop) -> None:
    with (
        smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refused,
    ):
        client.sendmail("eve@mail.example", ["nobody@shop.example"], b"Subject: x\r\n\r\nx\r\n")
    assert refused.value.recipients["nobody@shop.example"][0] == 550


def test_an_automatic_mail_gets_no_answer(shop: Shop) -> None:
    robot = shop.customer("robot@machine.example")
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port) as client:
        client.sendmail(
            robot.address,
            [SUPPORT],
            b"From: robot@machine.example\r\nTo: support@shop.example\r\nSubject: I am away\r\n"
            b"Message-ID: <away@machine.example>\r\nAuto-Submitted: auto-replied\r\n\r\nAway.\r\n",
        )
    after = shop.customer("after@mail.example")
    after.receives(shop.ticket_of(after.writes("Sent later, answered")).number)
    assert robot.inbox == []


def test_a_mail_that_cannot_be_read_is_held_with_its_raw_bytes(shop: Shop) -> None:
    """More parts than any mail has: read no further, but kept, and listed for a person."""
    parts = b"\r\n--b" * 5_000
    bomb = (
        b"From: bomber@mail.example\r\nTo: support@shop.example\r\nSubject: Tick\r\n"
        b"Message-ID: <tick@mail.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"\r\n"
    )
    held = shop.postdesk.ledger()["held"]
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port) as client:
        client.sendmail("bomber@mail.example", [SUPPORT], bomb)

    wait_until("the mail is held", lambda: shop.postdesk.ledger()["held"] == held + 1)
    assert "more than 1,000 part boundaries" in shop.postdesk.command("ledger")
    mail = shop.inbound("tick@mail.example")
    assert (mail.state, mail.subject) == ("held", "Tick")
    assert mail.from_address == "bomber@mail.example"
    assert mail.size == len(bomb)
    assert shop.postdesk.ledger()["difference"] == 0


def test_the_same_mail_twice_is_filed_once(shop: Shop) -> None:
    emil = shop.customer("emil@mail.example")
    mail = emil.writes("Sent twice by my server")
    ticket = shop.ticket_of(mail)
    before = shop.postdesk.ledger()["set_aside"]
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port) as client:
        client.send_message(mail, from_addr=emil.address)

    wait_until("it is set aside", lambda: shop.postdesk.ledger()["set_aside"] == before + 1)
    assert len(shop.comments(ticket)) == 1
