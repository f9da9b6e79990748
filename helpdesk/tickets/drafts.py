"""What staff began to write: one draft a person and place, of a reply, a note or a new ticket."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from helpdesk.models import DraftKind, Person, SavedDraft, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile, files_in, rows_of

KEPT_FOR = timedelta(days=30)
"""A draft that nobody touches for so long goes."""
TYPED = ("customer", "customer_name", "subject", "order_id", "to", "cc", "bcc")
"""The fields that people type, besides the text; the others are chosen."""
_LISTS = ("cc", "bcc")


@dataclass(frozen=True)
class DraftContent:
    """All that was typed, chosen and attached."""

    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The form's other fields by their names."""
    files: tuple[StoredFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that somebody would miss: what is only chosen is not."""
        typed = (self.text, *(self.fields.get(name, "") for name in TYPED))
        return not self.files and not any(text.strip() for text in typed)

    @property
    def words(self) -> str:
        """The text, or what else was typed: by these the writer knows it."""
        typed = (self.fields.get(name, "").strip() for name in TYPED)
        return self.text if self.text.strip() else " · ".join(filter(None, typed))

    @property
    def version(self) -> str:
        """What tells it from another one; nothing of an empty one."""
        if self.is_empty:
            return ""
        words = [self.text, sorted(self.fields.items()), [file.sha256 for file in self.files]]
        return sha256(json.dumps(words).encode()).hexdigest()[:32]

    def below(self, other: DraftContent) -> DraftContent:
        """Return both as one, the other's text first, and its fields where both have them; of
        people in copy all. What stands in the other one's text already, as paragraphs of its own,
        is not said twice.
        """
        texts = [text for text in (other.text, self.text) if text.strip()]
        if len(texts) == 2:
            first, second = (f"\n\n{text.strip()}\n\n" for text in texts)
            texts = texts[:1] if second in first else texts[1:] if first in second else texts
        known = {file.sha256 for file in other.files}
        files = (*other.files, *(file for file in self.files if file.sha256 not in known))
        fields = {**self.fields, **other.fields}
        for name in _LISTS:
            both = (one.fields.get(name, "").strip() for one in (other, self))
            if typed := ", ".join(dict.fromkeys(filter(None, both))):
                fields[name] = typed
        return DraftContent("\n\n".join(texts), fields, files)


def find_draft(
    session: Session, person_id: int, kind: DraftKind, ticket_id: int | None, side_id: int = 0
) -> DraftContent | None:
    """Return what the person writes there.

    :param side_id: in which side conversation; 0 for a new one, and for what is in none.
    """
    found = session.scalar(select(SavedDraft).where(_is_at(person_id, kind, ticket_id, side_id)))
    return content_of(found) if found else None


def put_draft(
    session: Session,
    person_id: int,
    kind: DraftKind,
    ticket_id: int | None,
    content: DraftContent,
    now: datetime,
    side_id: int = 0,
) -> None:
    """Keep what the person writes there, in the place of what was kept before."""
    values = {
        "text": content.text,
        "fields": dict(content.fields),
        "files": rows_of(content.files),
    }
    session.execute(
        _put(session.get_bind().dialect.name, ticket_id is None),
        {
            "person_id": person_id,
            "kind": kind,
            "ticket_id": ticket_id,
            "side_id": side_id,
            "created_at": now,
            "updated_at": now,
            **values,
        },
    )


def drop_draft(
    session: Session, person_id: int, kind: DraftKind, ticket_id: int | None, side_id: int = 0
) -> None:
    """Forget what the person wrote there: it was sent, or is nothing any more."""
    session.execute(delete(SavedDraft).where(_is_at(person_id, kind, ticket_id, side_id)))


def bring_drafts(session: Session, from_id: int, into: Ticket, now: datetime) -> None:
    """Have the drafts of a ticket go on at another one, below what the same person writes there;
    those of colleagues who do not see it stay where they are.
    """
    of_ticket = select(SavedDraft, Person).where(SavedDraft.ticket_id == from_id)
    for draft, person in session.execute(of_ticket.join(Person)).all():
        if actor_of(person).may(into.mailbox_id):
            _bring(session, draft, into.id, draft.came_from_id or from_id, now)


def take_drafts_back(
    session: Session, from_id: int, to_id: int, origins: Container[int], now: datetime
) -> None:
    """Have the drafts that a merge brought go back to the ticket that they were written on.

    What was joined with another one by the merge stays.

    :param origins: the tickets whose drafts they are: that one, and those merged into it.
    """
    brought = (SavedDraft.ticket_id == from_id) & SavedDraft.came_from_id.is_not(None)
    for draft in session.scalars(select(SavedDraft).where(brought)).all():
        origin = draft.came_from_id
        if origin is not None and origin in origins:
            _bring(session, draft, to_id, None if origin == to_id else origin, now)


def _bring(
    session: Session, draft: SavedDraft, to_id: int, origin: int | None, now: datetime
) -> None:
    there = find_draft(session, draft.person_id, draft.kind, to_id, draft.side_id)
    if there is None:
        draft.ticket_id, draft.came_from_id, draft.updated_at = to_id, origin, now
    else:
        both = content_of(draft).below(there)
        put_draft(session, draft.person_id, draft.kind, to_id, both, now, draft.side_id)
        session.delete(draft)
    session.flush()


def content_of(draft: SavedDraft) -> DraftContent:
    """Return what was kept."""
    fields = {str(name): str(value) for name, value in draft.fields.items()}
    return DraftContent(draft.text, fields, files_in(draft.files))


def _is_at(
    person_id: int, kind: DraftKind, ticket_id: int | None, side_id: int
) -> ColumnElement[bool]:
    of_person = (SavedDraft.person_id == person_id) & (SavedDraft.kind == kind)
    in_side = SavedDraft.side_id == side_id
    return of_person & in_side & SavedDraft.ticket_id.is_not_distinct_from(ticket_id)


@cache
def _put(dialect: str, new: bool) -> Any:
    """Two pages of the same person may save at the same moment: the later one stands."""
    insert = (postgresql_insert if dialect == "postgresql" else sqlite_insert)(SavedDraft)
    changed = {
        name: insert.excluded[name] for name in ("kind", "text", "fields", "files", "updated_at")
    }
    if new:
        return insert.on_conflict_do_update(
            index_elements=["person_id"], index_where=SavedDraft.ticket_id.is_(None), set_=changed
        )
    return insert.on_conflict_do_update(
        index_elements=["ticket_id", "person_id", "kind", "side_id"],
        index_where=SavedDraft.ticket_id.is_not(None),
        set_=changed,
    )
