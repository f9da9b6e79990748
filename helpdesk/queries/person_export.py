"""All that is kept about a customer, for them: what the law calls access (GDPR, article 15).

They get what is about them, and what others wrote only as far as it was written to them: on tickets
with other customers neither these customers' words nor notes. Colleagues are “staff”. Notes of
staff about them are about them, and so in it, unless an admin leaves them out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import (
    AuditEntry,
    BrowserSession,
    Comment,
    InboundMail,
    Order,
    OutboundMail,
    Person,
    PersonAddress,
    Ticket,
)
from helpdesk.queries.erasure import ErasurePlan, parts, plan_erasure
from helpdesk.vocabulary import MessageKind

Facts = dict[str, Any]


@dataclass(frozen=True)
class ExportedFile:
    """A stored file, and its entry in the export."""

    name: str
    sha256: str


@dataclass(frozen=True)
class PersonExport:
    """What goes into the export."""

    person: Facts
    tickets: tuple[Facts, ...]
    orders: tuple[Facts, ...]
    mails: tuple[Facts, ...]
    sessions: tuple[Facts, ...]
    log: tuple[Facts, ...]
    files: tuple[ExportedFile, ...]
    made_at: datetime
    with_notes: bool


def read_export(
    session: Session, actor: Actor, address: str, *, with_notes: bool, now: datetime
) -> PersonExport:
    """What is kept about who has an address.

    :param with_notes: whether internal notes about them are in it.
    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: (``address``) it is a colleague's or a mailbox's, or nothing is kept.
    """
    plan = plan_erasure(session, actor, address)
    if plan.is_nothing:
        raise InvalidInput("address", f"Nothing is kept of {address}.")
    files: list[ExportedFile] = []
    tickets = tuple(_tickets(session, plan, files, with_notes=with_notes))
    mails = (*_inbound(session, plan.inbound, files), *_outbound(session, plan.outbound, files))
    of_them = AuditEntry.subject.in_(plan.addresses)
    return PersonExport(
        _person(session, plan),
        tickets,
        tuple(_rows(session, select(Order).where(Order.person_id.in_(plan.person_ids)), _ORDER)),
        mails,
        tuple(
            _rows(
                session,
                select(BrowserSession).where(BrowserSession.person_id.in_(plan.person_ids)),
                ("browser", "network", "began_at", "seen_at"),
            )
        ),
        tuple(_rows(session, select(AuditEntry).where(of_them), _LOG)),
        tuple(files),
        now,
        with_notes,
    )


_ORDER = ("number", "placed_at", "status", "total", "currency", "items")
_LOG = ("created_at", "field", "old_value", "new_value")
_TICKET = ("number", "subject", "status", "priority", "category", "created_at", "resolved_at",
           "closed_at", "rating", "rating_comment")  # fmt: skip


def _rows(session: Session, chosen: Any, names: Collection[str]) -> Iterable[Facts]:
    for row in session.scalars(chosen):
        yield {name: getattr(row, name) for name in names}


def _person(session: Session, plan: ErasurePlan) -> Facts:
    people = session.scalars(select(Person).where(Person.id.in_(plan.person_ids))).all()
    addresses = PersonAddress.person_id.in_(plan.person_ids)
    return {
        "addresses": list(plan.addresses),
        "names": list(plan.names),
        "languages": sorted({one.language for one in people} - {""}),
        "time_zones": sorted({one.time_zone for one in people} - {""}),
        "known_since": min((one.created_at for one in people), default=None),
        "mail_came_back": [
            {"address": one.address, "at": one.bounced_at, "words": one.bounce_words}
            for one in session.scalars(select(PersonAddress).where(addresses))
            if one.bounced_at
        ],
    }


def _tickets(
    session: Session, plan: ErasurePlan, files: list[ExportedFile], *, with_notes: bool
) -> Iterable[Facts]:
    for part in parts([*plan.alone, *plan.shared]):
        said = _comments(session, part)
        for ticket in session.scalars(
            select(Ticket).where(Ticket.id.in_(part)).order_by(Ticket.id)
        ):
            is_theirs = ticket.requester_id in plan.person_ids
            facts = {name: getattr(ticket, name) for name in _TICKET}
            if not is_theirs:
                facts |= {"rating": None, "rating_comment": ""}
            facts["they_are"] = "who asked" if is_theirs else "in copy, or wrote on it"
            facts["others_are_on_it"] = ticket.id in plan.shared
            facts["messages"] = [
                _message(one, plan, files)
                for one in said[ticket.id]
                if _is_for_them(one, plan, with_notes=with_notes)
            ]
            yield facts


def _comments(session: Session, ticket_ids: Collection[int]) -> dict[int, list[Comment]]:
    found: dict[int, list[Comment]] = defaultdict(list)
    chosen = select(Comment).where(Comment.ticket_id.in_(ticket_ids)).order_by(Comment.id)
    for one in session.scalars(chosen.options(selectinload(Comment.attachments))):
        found[one.ticket_id].append(one)
    return found


def _is_for_them(comment: Comment, plan: ErasurePlan, *, with_notes: bool) -> bool:
    if comment.kind == MessageKind.TAKEN_BACK:
        return False
    if comment.author_id in plan.person_ids and not comment.from_staff:
        return True
    if comment.side_conversation_id is not None or not comment.from_staff or comment.leaves_at:
        return False
    return not comment.internal or (with_notes and comment.ticket_id in plan.alone)


def _message(comment: Comment, plan: ErasurePlan, files: list[ExportedFile]) -> Facts:
    own = comment.author_id in plan.person_ids and not comment.from_staff
    names = []
    for one in comment.attachments:
        name = f"files/{len(files) + 1:05}-{_safe(one.filename)}"
        files.append(ExportedFile(name, one.sha256))
        names.append(name)
    return {
        "at": comment.created_at,
        "by": "you" if own else "staff",
        "internal_note": comment.internal and not own,
        "text": comment.text if own else comment.reply_text or comment.text,
        "files": names,
    }


def _inbound(session: Session, ids: Collection[int], files: list[ExportedFile]) -> Iterable[Facts]:
    for part in parts(ids):
        rows = session.scalars(select(InboundMail).where(InboundMail.id.in_(part)))
        for mail in sorted(rows, key=lambda one: one.id):
            name = f"mails/in-{mail.id:07}.eml" if mail.raw_sha256 else ""
            if name:
                files.append(ExportedFile(name, mail.raw_sha256))
            yield {
                "direction": "from you",
                "at": mail.received_at,
                "subject": mail.subject,
                "from": mail.from_address,
                "came_from": mail.peer,
                "state": mail.state,
                "file": name,
            }


def _outbound(session: Session, ids: Collection[int], files: list[ExportedFile]) -> Iterable[Facts]:
    for part in parts(ids):
        was_sent = OutboundMail.sent_at.is_not(None)
        chosen = select(OutboundMail).where(OutboundMail.id.in_(part), was_sent)
        for mail in sorted(session.scalars(chosen), key=lambda one: one.id):
            name = f"mails/out-{mail.id:07}.eml" if mail.rendered_sha256 else ""
            if mail.rendered_sha256:
                files.append(ExportedFile(name, mail.rendered_sha256))
            yield {
                "direction": "to you",
                "at": mail.sent_at,
                "subject": mail.subject,
                "to": mail.recipient,
                "state": mail.state,
                "file": name,
            }


def _safe(filename: str) -> str:
    """A name that no system takes for a path or a command."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    return plain[-60:].replace("..", "_").lstrip(".-") or "file"
