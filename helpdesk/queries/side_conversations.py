"""The side conversations of a ticket, for staff: their subjects, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.db import AnyRow
from helpdesk.models import SideConversation, SidePerson
from helpdesk.queries.people import PersonView, people
from helpdesk.rows import ask


@dataclass(frozen=True)
class SideView:
    """One of them, without what was said in it."""

    id: int
    subject: str
    started_by_id: int
    created_at: datetime
    people: tuple[PersonView, ...]
    """To whom staff wrote in it."""

    @property
    def name(self) -> str:
        """With whom it is, in a few words."""
        others = len(self.people) - 1
        first = self.people[0].name if self.people else "nobody"
        return f"{first} and {others} more" if others > 0 else first

    @property
    def to(self) -> str:
        """Their addresses, as somebody would type them."""
        return ", ".join(person.address for person in self.people)


@dataclass(frozen=True)
class SideRows:
    """Them as they were read, before it is known who is in them."""

    rows: Sequence[AnyRow]

    @property
    def person_ids(self) -> list[int | None]:
        return [row.person_id for row in self.rows]

    def shown(self, known: Mapping[int, PersonView]) -> tuple[SideView, ...]:
        """Them, the oldest first.

        :param known: the people of ``person_ids``, by id.
        """
        found: dict[int, list[AnyRow]] = {}
        for row in self.rows:
            found.setdefault(row.id, []).append(row)
        return tuple(
            SideView(
                rows[0].id,
                rows[0].subject,
                rows[0].started_by_id,
                rows[0].created_at,
                tuple(known[row.person_id] for row in rows if row.person_id in known),
            )
            for rows in found.values()
        )


def read_sides(session: Session, ticket_id: int) -> SideRows:
    """Those of a ticket, for whoever looks people up together."""
    return SideRows(ask(session, _SIDES, ticket_id=ticket_id).all())


def side_conversations(session: Session, ticket_id: int) -> tuple[SideView, ...]:
    """Those of a ticket, the oldest first."""
    rows = read_sides(session, ticket_id)
    return rows.shown(people(session, rows.person_ids))


_SIDES = (
    select(
        SideConversation.id,
        SideConversation.subject,
        SideConversation.started_by_id,
        SideConversation.created_at,
        SidePerson.person_id,
    )
    .outerjoin(SidePerson, SidePerson.side_conversation_id == SideConversation.id)
    .where(
        SideConversation.ticket_id == bindparam("ticket_id", type_=SideConversation.ticket_id.type)
    )
    .order_by(SideConversation.id, SidePerson.id)
)
