"""A fresh link for one that does not work: to whom the old one was mailed, and to nobody else."""

from __future__ import annotations

from helpdesk import links
from helpdesk.actions.change_people import change_requester
from helpdesk.actions.send_fresh_link import send_fresh_link
from helpdesk.db import Database
from helpdesk.models import Ticket
from tests.conftest import SECRET
from tests.helpdesk.mails import outbox
from tests.support.factories import NOW, Shop


def sent(database: Database, token: str) -> list[str]:
    before = len(outbox(database))
    with database.transaction() as session:
        send_fresh_link(session, token, now=NOW)
    return [one.recipient for one in outbox(database)[before:]]


def token(ticket: Ticket, person_id: int, secret: str = SECRET) -> str:
    return links.tracking_token(secret, ticket.id, ticket.link_generation, person_id)


def test_a_revoked_link_is_replaced_by_mail(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        session.get_one(Ticket, ticket.id).link_generation += 1
    assert sent(database, token(ticket, shop.ann.id)) == ["ann@mail.example"]


def test_nobody_gets_one_who_is_not_on_the_ticket(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    assert sent(database, token(ticket, shop.bob.id)) == []
    with database.transaction() as session:
        change_requester(session, shop.agent, ticket.id, shop.bob.id, keep_old=False, now=NOW)
    assert sent(database, token(ticket, shop.ann.id)) == []


def test_what_was_never_ours_sends_nothing(database: Database, shop: Shop, ticket: Ticket) -> None:
    for junk in ("", "junk", "ß", token(ticket, shop.ann.id, "another secret " * 3)):
        assert sent(database, junk) == [], junk
