"""The new part of an answer whose client lost the quote marks."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import OutboundMail
from mailgate.filing.new_part import body_of
from mailgate.parse import ParsedMail, read_mail
from tests.support.factories import NOW, make_shop, make_ticket

ANSWER = "Your kettle is on its way.\nThe carrier has it since this morning.\nBring us the old one."


def test_what_repeats_our_own_mail_is_no_new_text(database: Database) -> None:
    message_id = _answer(database)

    mail = _mail(f"Thank you!\n\nThe Shop\n{ANSWER}", message_id)
    with database.reading() as session:
        body = body_of(session, mail)

    assert body.reply.startswith("Thank you!")
    assert "Bring us the old one." not in body.reply
    assert "Bring us the old one." in body.quoted
    assert body.text == mail.text


def test_a_stranger_s_reference_compares_with_nothing(database: Database) -> None:
    _answer(database)

    mail = _mail(f"Thank you!\n\n{ANSWER}", "somebody-else@mail.example")
    with database.reading() as session:
        body = body_of(session, mail)

    assert "Bring us the old one." in body.reply


def _answer(database: Database) -> str:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        comment = reply(session, shop.agent, ticket.id, Answer(ANSWER), now=NOW)
    with database.reading() as session:
        return session.scalars(
            select(OutboundMail.message_id).where(OutboundMail.comment_id == comment.id)
        ).one()


def _mail(text: str, answers: str) -> ParsedMail:
    raw = (
        f"From: ann@mail.example\nTo: support@shop.example\nSubject: Re: My kettle leaks\n"
        f"In-Reply-To: <{answers}>\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
    return read_mail(raw.encode())
