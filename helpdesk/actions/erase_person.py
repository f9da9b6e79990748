"""Erase a person: find all that there is of them, take it away in small steps, and say what went.

The steps are: their tickets (deleted where nobody else is on them, else without their words), mails
from them and to them, what is theirs beside tickets, each row that still has an address of theirs,
and the person, who stays as a number without name and address: old links find nobody. Each step is
a transaction; an erasure that is broken off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions import erase_elsewhere
from helpdesk.actions.delete_tickets import delete_comments, delete_tickets
from helpdesk.actions.erase_elsewhere import CAUSE, REASON, leaves
from helpdesk.actions.erase_from_ticket import erase_from_ticket
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import (
    AuditKind,
    Comment,
    Erasure,
    InstallationFact,
    OutboundMail,
    Person,
    Ticket,
)
from helpdesk.queries.erasure import ErasurePlan
from helpdesk.tickets import audit
from helpdesk.tickets.erasing import ErasedPerson
from helpdesk.tombstones import Tombstone, hashed, new_key
from helpdesk.vocabulary import Role

PAUSE = 0.01
WAIT = 1.0
"""Seconds to wait for a mail that is just being sent."""
_COMMENTS_AT_ONCE = 40
_MAILS_AT_ONCE = 20
_KEY = "tombstone_key"
Opened = Callable[[], AbstractContextManager[Session]]


def begin_erasure(session: Session, actor: Actor, plan: ErasurePlan, *, now: datetime) -> Erasure:
    """Begin to erase whom a plan found.

    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: (``address``) there is nothing of them.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may erase somebody.")
    if plan.is_nothing:
        raise InvalidInput("address", "Nothing is kept of this address.")
    key = _key_of(session)
    erasure = Erasure(
        asked_at=now,
        asked_by_id=actor.person_id,
        operator=actor.operator,
        work={
            "addresses": list(plan.addresses),
            "names": list(plan.names),
            "person_ids": list(plan.person_ids),
            "tickets": [*plan.alone, *plan.shared],
            "alone": list(plan.alone),
            "inbound": list(plan.inbound),
            "outbound": list(plan.outbound),
        },
        counts={
            "tickets": len(plan.alone),
            "shared": len(plan.shared),
            "messages": plan.messages,
            "files": plan.files,
            "bytes": plan.size,
            "mails": len(plan.inbound) + len(plan.outbound),
            "orders": plan.orders,
            "rows": 0,
        },
        key=key,
        address_hashes=[hashed(key, "address", one) for one in plan.addresses],
        ticket_hashes=[hashed(key, "ticket", one) for one in plan.hashes.values()],
    )
    session.add(erasure)
    session.flush()
    for person_id in plan.person_ids:
        erase_elsewhere.empty_person(session, session.get_one(Person, person_id))
    _log(session, actor, erasure, "begun", now)
    return erasure


def kept_tombstones(session: Session) -> tuple[Tombstone, ...]:
    """All that the database keeps."""
    found = session.scalars(select(Erasure).order_by(Erasure.id))
    return tuple(
        Tombstone(one.asked_at, one.key, tuple(one.address_hashes), tuple(one.ticket_hashes))
        for one in found
    )


def next_erasure(session: Session) -> int | None:
    """The oldest that has not ended."""
    open_ones = select(Erasure.id).where(Erasure.ended_at.is_(None))
    return session.scalar(open_ones.order_by(Erasure.id).limit(1))


def work_off_erasure(
    reading: Opened,
    transaction: Opened,
    erasure_id: int,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> None:
    """Erase to the end."""
    while (pause := _step(transaction, erasure_id, clock())) is not None:
        sleep(pause)
    with reading() as session:
        work = session.get_one(Erasure, erasure_id).work
    if not work:
        return
    who = _who(work)
    for rows in erase_elsewhere.rows_that_name(reading, who):
        with transaction() as session:
            erasure = session.get_one(Erasure, erasure_id, with_for_update=True)
            changed = erase_elsewhere.take_out(session, rows, who, clock())
            erasure.counts = {**erasure.counts, "rows": erasure.counts["rows"] + changed}
        sleep(PAUSE)
    with transaction() as session:
        _end(session, erasure_id, clock())


def _step(transaction: Opened, erasure_id: int, now: datetime) -> float | None:
    """Do a little; how long to wait before the next. None: only rows that name them are left."""
    with transaction() as session:
        erasure = session.get_one(Erasure, erasure_id, with_for_update=True)
        work, pause = deepcopy(erasure.work), PAUSE
        if not any(work.get(name) for name in ("tickets", "inbound", "outbound")):
            return None
        if work["tickets"]:
            first = work["tickets"].pop(0)
            if _is_leaving(session, first, now):
                work["tickets"].append(first)
                pause = WAIT
            elif not _from_ticket(session, work, first, now):
                work["tickets"].insert(0, first)
        elif work["inbound"]:
            erase_elsewhere.wipe_inbound(session, _some(work["inbound"]), now)
        else:
            left = erase_elsewhere.delete_outbound(session, _some(work["outbound"]), now)
            work["outbound"] += left
            pause = WAIT if left else PAUSE
        erasure.work = work
    return pause


def _some(ids: list[int]) -> list[int]:
    some = ids[:_MAILS_AT_ONCE]
    del ids[:_MAILS_AT_ONCE]
    return some


def _is_leaving(session: Session, ticket_id: int, now: datetime) -> bool:
    on_it = (OutboundMail.ticket_id == ticket_id, leaves(now))
    return session.scalar(select(OutboundMail.id).where(*on_it).limit(1)) is not None


def _from_ticket(session: Session, work: dict[str, Any], ticket_id: int, now: datetime) -> bool:
    """Whether this ticket is done."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        return True
    if ticket_id not in work["alone"]:
        return erase_from_ticket(session, ticket, _who(work), work, now)
    of_it = select(Comment.id).where(Comment.ticket_id == ticket_id).order_by(Comment.id)
    first = session.scalars(of_it.limit(_COMMENTS_AT_ONCE + 1)).all()
    if len(first) > _COMMENTS_AT_ONCE:
        some = first[:_COMMENTS_AT_ONCE]
        delete_comments(session, some, reason=REASON, cause=CAUSE, now=now)
        return False
    # SQLite would give the newest one's id to the next, and links of old would lead there.
    newest = session.scalar(select(func.max(Ticket.id))) == ticket_id
    delete_tickets(session, [ticket_id], reason=REASON, cause=CAUSE, now=now, hollow=newest)
    return True


def _end(session: Session, erasure_id: int, now: datetime) -> None:
    erasure = session.get_one(Erasure, erasure_id, with_for_update=True)
    if erasure.ended_at is not None:
        return
    erasure.work, erasure.ended_at = {}, now
    actor = Actor(erasure.asked_by_id, Role.SYSTEM, operator=erasure.operator)
    _log(session, actor, erasure, "ended", now)


def _log(session: Session, actor: Actor, erasure: Erasure, field: str, now: datetime) -> None:
    counts = erasure.counts
    named = (("ticket", "tickets"), ("message", "messages"), ("mail", "mails"))
    went = ((counts[many], one, many) for one, many in named)
    words = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in went if n)
    subject = f"erasure {erasure.id}"
    field = f"erasure {field}"
    audit.record(session, actor, AuditKind.PERSON, subject, field, new=words, now=now)


def _who(work: dict[str, Any]) -> ErasedPerson:
    return ErasedPerson(tuple(work["addresses"]), tuple(work["names"]))


def _key_of(session: Session) -> str:
    kept = session.get(InstallationFact, _KEY)
    if kept is None:
        kept = InstallationFact(name=_KEY, value=new_key())
        session.add(kept)
    return kept.value
