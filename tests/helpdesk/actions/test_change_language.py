"""The language of a ticket: told from the customer's words, set by hand, and what follows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import change_language
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.mail_out import claims
from helpdesk.mail_out.render import language_of
from helpdesk.models import OutboundMail, Ticket
from helpdesk.queries.canned_replies import offered_on
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.history import history
from helpdesk.queries.queue import queue_page
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(hours=1)
GERMAN = "Guten Tag, wo bleibt meine Bestellung? Ich warte seit einer Woche."


def asked(session: Session, shop: Shop, words: str) -> Ticket:
    return create_ticket(session, actor_of(shop.ann), TicketDraft("4711", words), now=NOW)


def test_the_first_words_of_the_customer_that_tell_it_decide(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        assert asked(session, shop, GERMAN).language == "de"
        ticket = asked(session, shop, "4711 !!!")
        assert ticket.language == ""
        add_note(session, shop.agent, ticket.id, text="What does he want? I do not know.", now=NOW)
        answer = Answer("Hello, what is this about? Please tell me.")
        reply(session, shop.agent, ticket.id, answer, now=LATER)
        assert ticket.language == ""
        words = Answer("Bonjour, je n'ai pas reçu ma commande.")
        reply(session, actor_of(shop.ann), ticket.id, words, now=LATER)
        assert ticket.language == "fr"
        reply(session, actor_of(shop.ann), ticket.id, Answer(GERMAN), now=LATER)
        assert ticket.language == "fr"


def test_it_is_set_by_hand_and_undone(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = asked(session, shop, GERMAN)
        with pytest.raises(NotAllowed):
            change_language(session, actor_of(shop.ann), ticket.id, "en", now=LATER)
        with pytest.raises(InvalidInput):
            change_language(session, shop.agent, ticket.id, "klingon", now=LATER)
        change_language(session, shop.agent, ticket.id, "nl", now=LATER)
        change = newest_change(session, shop.agent, ticket, LATER)
        (last,) = [one for one in history(session, ticket.id) if one.field == "language"]
        assert (last.old_value, last.new_value) == ("de", "nl")
        undo_change(session, shop.agent, ticket.id, change, now=LATER + timedelta(minutes=1))
        assert ticket.language == "de"


def test_canned_replies_and_automatic_mails_follow_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for name, language in (("Sorry", "en"), ("Entschuldigung", "de")):
            draft = CannedReplyDraft(name, "x", language=language)
            add_canned_reply(session, shop.agent, draft, now=NOW)
        ticket = asked(session, shop, GERMAN)
        assert [one.name for one in offered_on(session, shop.agent, ticket.number)] == [
            "Entschuldigung", "Sorry"]  # fmt: skip
        change_language(session, shop.agent, ticket.id, "en", now=LATER)
        assert offered_on(session, shop.agent, ticket.number)[0].name == "Sorry"
        change_language(session, shop.agent, ticket.id, "de", now=LATER)
        queue = session.scalars(select(OutboundMail.queue)).one()
    with database.transaction() as session:
        (mail,) = claims.claim(session, worker="w", queue=queue, now=LATER)
        assert language_of(mail) == "de"


def test_it_is_searched_for(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        number = asked(session, shop, GERMAN).number
        asked(session, shop, "Hello, where is my order? I have waited for a week.")
    with database.reading() as session:
        for typed in ("language:de", "language:German"):
            wanted = QueueFilter(search=typed)
            rows = queue_page(session, shop.agent, "all", wanted).rows
            assert [row.number for row in rows] == [number]
