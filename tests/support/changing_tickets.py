"""Tickets that come, change and go, for what is counted as they do."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import select, update

from helpdesk.actions.delete_tickets import delete_tickets
from helpdesk.db import Database
from helpdesk.models import Ticket
from tests.support.factories import NOW, Shop, make_ticket


class _ChangedMyMind(Exception):
    pass


def change_much(
    database: Database,
    shop: Shop,
    dice: random.Random,
    some_values: Callable[[], dict[str, Any]],
    *,
    times: int,
) -> None:
    """In so many transactions change some tickets, add some, and delete one of many.

    :param some_values: what some of a ticket's fields are to be, at random.
    """
    for _ in range(times):
        with database.transaction() as session:
            ids = session.scalars(select(Ticket.id)).all()
            some = dice.sample(ids, min(len(ids), dice.randrange(5)))
            session.execute(update(Ticket).where(Ticket.id.in_(some)).values(some_values()))
            for _ in range(dice.randrange(4)):
                ticket = make_ticket(session, shop.ann)
                for name, value in some_values().items():
                    setattr(ticket, name, value)
            if len(ids) > 5:
                delete_tickets(session, ids[:1], reason="", cause="trash", now=NOW)


def make_in_vain(database: Database, shop: Shop) -> None:
    """Add a ticket, and roll it back."""
    with suppress(_ChangedMyMind), database.transaction() as session:
        make_ticket(session, shop.ann)
        session.flush()
        raise _ChangedMyMind
