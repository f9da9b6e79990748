"""Erasing again, after a restore, whom the backup still knew: by the tombstones."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.environment import now
from commands.operator import operator
from helpdesk.settings import Settings
from helpdesk.tombstones import NAME, Tombstone, hashed, merged, read_tombstones, write_tombstones

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from helpdesk.db import Database

_REASON = "Erased at somebody’s wish."
_ANY_AGE = timedelta(days=-1)
_TICKETS_AT_ONCE = 5


def read_brought(settings: Settings, file: Path | None) -> tuple[Tombstone, ...] | None:
    """The tombstones that lie in the data folder, and those of a file; None where there is none.

    :raises click.ClickException: a file is none.
    """
    files = [one for one in (settings.data_dir / NAME, file) if one and one.is_file()]
    found: list[Tombstone] = []
    for one in files:
        try:
            found += read_tombstones(one)
        except ValueError as problem:
            raise click.ClickException(f"{one}: {problem}.") from None
    return merged(found) if files else None


def erase_again(
    settings: Settings,
    database: Database,
    brought: tuple[Tombstone, ...] | None,
    *,
    made: str,
) -> list[str]:
    """Erase whom the backup still knew; what is to be said of it.

    :param made: when the backup was made. What was erased before is not in it; who wrote again
        since is not erased for it.
    """
    if brought is None:
        return [
            f"Who was erased after {made[:16]} UTC is there again. If anybody was: take {NAME} "
            "from the lost data folder or a newer backup, and restore anew with --erasures."
        ]
    write_tombstones(settings.data_dir / NAME, brought)
    later = [one for one in brought if one.at >= datetime.fromisoformat(made)]
    if not later:
        return []
    people = sum(_erase(database, address) for address in _erased_addresses(database, later))
    tickets = _delete_tickets(database, later)
    _remove_files(settings, database)
    known = f"{len(later)} {'erasure' if len(later) == 1 else 'erasures'} since the backup"
    return [f"{known}: {people} of these people erased again, and {tickets} tickets more."]


def _erased_addresses(database: Database, later: Collection[Tombstone]) -> list[str]:
    keys = {one.key for one in later}
    erased = {one for tombstone in later for one in tombstone.addresses}
    with database.reading() as session:
        return [
            address
            for address in _all_addresses(session)
            if any(hashed(key, "address", address) in erased for key in keys)
        ]


def _all_addresses(session: Session) -> list[str]:
    from sqlalchemy import select

    from helpdesk.models import InboundMail, MailReport, OutboundMail, PersonAddress
    from helpdesk.text import fold_address

    found: set[str] = set()
    for column in (
        PersonAddress.address,
        InboundMail.from_address,
        InboundMail.envelope_from,
        OutboundMail.recipient,
        MailReport.address,
    ):
        found |= {fold_address(one) for one in session.scalars(select(column).distinct())}
    return sorted(found - {""})


def _erase(database: Database, address: str) -> int:
    from helpdesk.actions.erase_person import begin_erasure, work_off_erasure
    from helpdesk.errors import InvalidInput
    from helpdesk.queries.erasure import plan_erasure

    try:
        with database.reading() as session:
            plan = plan_erasure(session, operator(), address)
        with database.transaction() as session:
            erasure_id = begin_erasure(session, operator(), plan, now=now()).id
    except InvalidInput:  # erased with another address of theirs; or a colleague since
        return 0
    work_off_erasure(
        database.reading, database.transaction, erasure_id, clock=now, sleep=time.sleep
    )
    return 1


def _delete_tickets(database: Database, later: Collection[Tombstone]) -> int:
    """Those that had another customer, or none, when the backup was made."""
    from helpdesk.actions.delete_tickets import delete_tickets

    keys = {one.key for one in later}
    erased = {one for tombstone in later for one in tombstone.tickets}
    with database.reading() as session:
        ids = [
            ticket_id
            for ticket_id, mark in _marks(session)
            if any(hashed(key, "ticket", mark) in erased for key in keys)
        ]
    for start in range(0, len(ids), _TICKETS_AT_ONCE):
        some = ids[start : start + _TICKETS_AT_ONCE]
        with database.transaction() as session:
            delete_tickets(session, some, reason=_REASON, cause="erasure", now=now())
    return len(ids)


def _marks(session: Session) -> Iterator[tuple[int, str]]:
    from sqlalchemy import select

    from helpdesk.models import Ticket
    from helpdesk.queries.erasure import mark_of

    chosen = select(Ticket.id, Ticket.number, Ticket.created_at)
    for ticket_id, number, created_at in session.execute(chosen):
        yield ticket_id, mark_of(number, created_at)


def _remove_files(settings: Settings, database: Database) -> None:
    """At once: nothing is being filed yet."""
    from helpdesk.blobs import open_blobs
    from jobs.unused_files import remove_unused

    blobs = open_blobs(settings)
    while remove_unused(database, blobs, now=now(), wait=_ANY_AGE).more:
        pass
