"""Drafts for a page: one's own to write on, and that others write, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor, rights_of
from helpdesk.models import DraftKind, Person, SavedDraft, Ticket
from helpdesk.queries.people import name_shown
from helpdesk.rows import ask
from helpdesk.tickets.drafts import DraftContent, content_of


@dataclass(frozen=True)
class DraftOnTicket:
    """That somebody began to write, and not what."""

    ticket_id: int
    person_id: int
    name: str
    kind: DraftKind
    updated_at: datetime

    @property
    def words(self) -> str:
        """What it is to become, in words."""
        return _WORDS.get(self.kind, "an answer")


_WORDS = {
    DraftKind.NOTE: "a note",
    DraftKind.FORWARD: "to forward a message",
    DraftKind.SIDE: "a message in a side conversation",
}
_ON_TICKETS = (
    select(
        SavedDraft.ticket_id,
        SavedDraft.person_id,
        name_shown(Person).label("name"),
        SavedDraft.kind,
        SavedDraft.updated_at,
        Ticket.mailbox_id,
        Person.role,
        Person.mailbox_rights,
    )
    .join(Ticket, Ticket.id == SavedDraft.ticket_id)
    .join(Person, Person.id == SavedDraft.person_id)
    .where(SavedDraft.ticket_id.in_(bindparam("ids", expanding=True)))
    .order_by(SavedDraft.id)
)
_OWN = select(SavedDraft).where(
    SavedDraft.person_id == bindparam("own", type_=SavedDraft.person_id.type),
    SavedDraft.ticket_id == bindparam("ticket_id", type_=SavedDraft.person_id.type),
)


@dataclass(frozen=True)
class OwnDrafts:
    """What a person writes in a ticket's composer."""

    by_kind: Mapping[DraftKind, DraftContent]
    in_sides: Mapping[int, DraftContent]
    """By the side conversation; 0 for one that is to begin."""


def own_drafts(session: Session, person_id: int | None, ticket_id: int) -> OwnDrafts:
    """What a person writes in a ticket's composer; what is to be forwarded has its own page."""
    found = session.scalars(_OWN, {"own": person_id or 0, "ticket_id": ticket_id}).all()
    apart = (DraftKind.FORWARD, DraftKind.SIDE)
    return OwnDrafts(
        {draft.kind: content_of(draft) for draft in found if draft.kind not in apart},
        {draft.side_id: content_of(draft) for draft in found if draft.kind == DraftKind.SIDE},
    )


def drafts_on(session: Session, ticket_ids: Iterable[int]) -> dict[int, tuple[DraftOnTicket, ...]]:
    """The drafts on these tickets, by the ticket's id; those begun first before others.

    Those of colleagues who do not see the ticket any more are theirs alone.
    """
    ids = sorted(set(ticket_ids))
    found: dict[int, tuple[DraftOnTicket, ...]] = {}
    for row in ask(session, _ON_TICKETS, ids=ids) if ids else ():
        *shown, mailbox_id, role, kept = row
        if Actor(row.person_id, role, rights=rights_of(role, kept)).may(mailbox_id):
            found[row.ticket_id] = (*found.get(row.ticket_id, ()), DraftOnTicket(*shown))
    return found
