"""Delete tickets for good, with all that refers to them.

Their mails stay in the ledger, as rows that say that they were filed and that their ticket is gone;
nothing that was written stays, nor who wrote. Their files are noted as unused in the same
transaction: see :mod:`helpdesk.models.unused_file`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Table,
    bindparam,
    delete,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk.models import (
    Attachment,
    Base,
    Comment,
    InboundMail,
    OutboundMail,
    SavedDraft,
    Ticket,
    TicketMerge,
    UnusedFile,
)
from helpdesk.vocabulary import Folder

_KEYS_AT_ONCE = 500


def delete_tickets(
    session: Session,
    ids: Collection[int],
    *,
    reason: str,
    cause: str,
    now: datetime,
    hollow: bool = False,
) -> int:
    """Delete these tickets, and those that were merged into them; return how many went.

    :param reason: what the ledger's rows of their mails say then.
    :param cause: of the files' going: see ``UnusedFile.cause``.
    :param hollow: whether their rows stay, with nothing on them, in the trash.
    """
    gone = with_merged(session, ids)
    comments = select(Comment.id).where(Comment.ticket_id.in_(gone))
    of_tickets = or_(InboundMail.ticket_id.in_(gone), InboundMail.comment_id.in_(comments))
    keys = _keys_of_comments(session, Comment.ticket_id.in_(gone))
    keys |= _keys(session, InboundMail.raw_sha256, of_tickets)
    keys |= _keys(session, OutboundMail.rendered_sha256, OutboundMail.ticket_id.in_(gone))
    for files in session.scalars(select(SavedDraft.files).where(SavedDraft.ticket_id.in_(gone))):
        keys |= {file.get("sha256") for file in files}
    wipe_mails(session, of_tickets, reason)
    if hollow:
        delete_references(session, table_of(Ticket), gone)
        _hollow_out(session, Ticket.id.in_(gone), now)
    else:
        delete_rows(session, table_of(Ticket), gone)
    session.execute(text(_FORGET_WORDS[session.get_bind().dialect.name]), [{"id": i} for i in gone])
    note_unused(session, keys, cause, now)
    return len(gone)


def _hollow_out(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    emptied: dict[str, Any] = {
        "subject": "",
        "claimed_name": "",
        "preview": "",
        "someone_else_said": "",
        "rating_comment": "",
        "asked_addresses": [],
        "order_id": None,
        "comment_count": 0,
        "folder": Folder.TRASH,
        "put_away_at": now,
        "link_generation": Ticket.link_generation + 1,
    }
    changed = update(Ticket).where(which).values(emptied)
    session.execute(changed.execution_options(synchronize_session=False))


def delete_comments(
    session: Session, ids: Collection[int], *, reason: str, cause: str, now: datetime
) -> None:
    """Delete messages of tickets that stay, or go a part at a time."""
    mine = Comment.id.in_(ids)
    of_comments = InboundMail.comment_id.in_(ids)
    keys = _keys_of_comments(session, mine) | _keys(session, InboundMail.raw_sha256, of_comments)
    keys |= _keys(session, OutboundMail.rendered_sha256, OutboundMail.comment_id.in_(ids))
    wipe_mails(session, of_comments, reason)
    delete_rows(session, table_of(Comment), ids)
    note_unused(session, keys, cause, now)


def with_merged(session: Session, ids: Collection[int]) -> list[int]:
    """These tickets, and those that were merged into them, one into the other."""
    found, newest = set(ids), list(ids)
    while newest:
        into = select(TicketMerge.ticket_id).where(TicketMerge.into_id.in_(newest))
        newest = [one for one in session.scalars(into) if one not in found]
        found.update(newest)
    return sorted(found)


def wipe_mails(session: Session, which: ColumnElement[bool], reason: str) -> None:
    """Leave of each mail what the ledger counts: that it came, when, how large, and its state."""
    session.execute(
        update(InboundMail)
        .where(which)
        .values(
            ticket_id=None,
            comment_id=None,
            raw_sha256="",
            envelope_from="",
            peer="",
            subject="",
            from_address="",
            message_id=None,
            defects=[],
            decision={},
            reading=None,
            reason=reason,
        )
        .execution_options(synchronize_session=False)
    )


def delete_rows(session: Session, table: Table, ids: Collection[int]) -> None:
    """Delete the rows of these ids, and first whatever refers to them."""
    delete_references(session, table, ids)
    session.execute(_deletion(table), {"ids": list(ids)})


def delete_references(session: Session, table: Table, ids: Collection[int]) -> None:
    """Delete whatever refers to these rows, and they stay."""
    these = {"ids": list(ids)}
    for other, statement in _references(table):
        found = session.execute(statement, these)
        if other is not None and (theirs := found.scalars().all()):
            delete_rows(session, other, theirs)


@cache
def _references(table: Table) -> tuple[tuple[Table | None, Executable], ...]:
    """What asks for the rows of another table that refer to some of this one; where they have no
    ids, what deletes them.

    Made once: while rows are deleted, nobody else writes on SQLite.
    """
    found: list[tuple[Table | None, Executable]] = []
    for other in Base.metadata.tables.values():
        for column in other.columns:
            if not any(key.column.table is table for key in column.foreign_keys):
                continue
            theirs = column.in_(bindparam("ids", expanding=True))
            if other is table:
                found.append((None, update(table).where(theirs).values({column.name: None})))
            elif "id" in other.columns:
                found.append((other, select(other.c.id).where(theirs)))
            else:
                found.append((None, delete(other).where(theirs)))
    return tuple(found)


def table_of(model: type[Base]) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


@cache
def _deletion(table: Table) -> Executable:
    return delete(table).where(table.c.id.in_(bindparam("ids", expanding=True)))


def note_unused(session: Session, keys: Collection[str | None], cause: str, now: datetime) -> None:
    """Note that rows which had these files are gone: the files go, unless others have them."""
    known = sorted({key for key in keys if key})
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(UnusedFile).on_conflict_do_nothing(index_elements=["key"])
    for start in range(0, len(known), _KEYS_AT_ONCE):
        part = known[start : start + _KEYS_AT_ONCE]
        session.execute(statement, [{"key": key, "cause": cause, "look_at": now} for key in part])


def _keys(session: Session, column: object, which: ColumnElement[bool]) -> set[str | None]:
    return set(session.scalars(select(column).where(which)))  # type: ignore[call-overload]


def _keys_of_comments(session: Session, which: ColumnElement[bool]) -> set[str | None]:
    mine = Attachment.comment_id.in_(select(Comment.id).where(which))
    return _keys(session, Attachment.sha256, mine)


_FORGET_WORDS = {
    "sqlite": "DELETE FROM ticket_words WHERE rowid = :id",
    "postgresql": "DELETE FROM ticket_words WHERE ticket_id = :id",
}
