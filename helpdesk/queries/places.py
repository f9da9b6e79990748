"""The mailboxes and the teams that lists are kept of at the side, and how much is open in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, literal, select, text, union_all
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.queries.views import MOST_COUNTED, UNFINISHED, VIEWS, condition_of
from helpdesk.tickets.access import visible

MOST_PLACES = 40
"""So many of a kind stand at the side; the filter has them all."""


@dataclass(frozen=True)
class Place:
    """A mailbox or a team, of whose open tickets there is a list."""

    field: Literal["mailbox", "team"]
    """By which field of a filter its tickets are found."""
    id: int
    label: str

    @property
    def name(self) -> str:
        """As counts name it: ``mailbox-3``."""
        return f"{self.field}-{self.id}"


def open_counts(session: Session, actor: Actor, places: Sequence[Place]) -> dict[str, int]:
    """How many tickets of the view “Open” the actor sees of each place, by the place's name; no
    more than ``MOST_COUNTED``.

    One statement, that walks an index of each place alone.
    """
    if not places:
        return {}
    # What is open is unfinished, as the indexes have it: a planner is told so.
    unfinished: Any = text(UNFINISHED)
    shown = (condition_of(actor, VIEWS["open"]), unfinished, *visible(actor.mailbox_ids))
    parts = []
    for place in places:
        found = select(Ticket.id).where(*shown, _is_at(place)).limit(MOST_COUNTED).subquery()
        parts.append(select(literal(place.name), func.count()).select_from(found))
    return dict(session.execute(union_all(*parts)).all())


def _is_at(place: Place) -> ColumnElement[bool]:
    column = Ticket.mailbox_id if place.field == "mailbox" else Ticket.team_id
    return column == place.id
