"""The people and things of a small shop, made by the actions themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy.orm import Session

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.set_up import add_mailbox, add_person
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.models import Mailbox, Person, Ticket
from helpdesk.passwords import hash_password
from helpdesk.tickets.access import actor_of
from tests.support.snapshots import built_once

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Shop:
    """One mailbox, an admin, an agent and two customers."""

    mailbox: Mailbox
    admin: Actor
    agent: Actor
    ann: Person
    bob: Person


def make_shop(database: Database, now: datetime = NOW) -> Shop:
    return built_once(database, ("shop", now), lambda: _make_shop(database, now))


def _make_shop(database: Database, now: datetime) -> Shop:
    with database.transaction() as session:
        return Shop(
            mailbox=add_mailbox(session, SYSTEM, "support@shop.example", name="Shop", now=now),
            admin=actor_of(make_person(session, "admin@shop.example", "admin", now=now)),
            agent=actor_of(make_person(session, "agent@shop.example", "agent", now=now)),
            ann=make_person(session, "ann@mail.example", now=now),
            bob=make_person(session, "bob@mail.example", now=now),
        )


def make_person(
    session: Session, address: str, role: str = "customer", *, now: datetime = NOW
) -> Person:
    person = add_person(session, SYSTEM, address, role=role, now=now)
    if role != "customer":
        person.password_hash = _hash_of_password()
    return person


@cache
def _hash_of_password() -> str:
    """Made once: it is slow on purpose."""
    return hash_password(PASSWORD)


def make_ticket(
    session: Session, requester: Person, subject: str = "My kettle leaks", *, now: datetime = NOW
) -> Ticket:
    return create_ticket(
        session,
        actor_of(requester),
        TicketDraft(subject=subject, description="It leaks at the bottom, where the base is."),
        now=now,
    )
