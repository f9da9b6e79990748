"""All that there is of a ticket, as proof for somebody else: its mails, what became of them, when.

Each mail has a line with what the ledger knows of it, and each line a hash over itself and the hash
of the line before. The last of them, the head, stands for all. :mod:`helpdesk.queries.pack_check`
compares a pack with the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.mail_in.explanation import Proof, proof_of
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Attachment, Comment, HistoryField, InboundMail, OutboundMail, Ticket
from helpdesk.queries.attempts import AttemptView, view_attempt
from helpdesk.queries.conversation import CommentView
from helpdesk.queries.history import ChangeView, history
from helpdesk.queries.ticket import TicketPage, ticket_page
from helpdesk.queries.told_changes import FOR_CUSTOMERS, told_changes
from helpdesk.tickets.access import LACKS_RIGHT, STAFF_ONLY, check_staff
from helpdesk.vocabulary import MailboxRight, MessageKind, Status

FORMAT = 1
TO_CUSTOMERS = (
    TemplateName.TICKET_CREATED_CUSTOMER,
    TemplateName.COMMENT_ADDED_CUSTOMER,
    TemplateName.STATUS_CHANGED_CUSTOMER,
    TemplateName.SURVEY_CUSTOMER,
)
"""The mails of a pack. What colleagues are told by mail is in none, nor what others were asked."""
_FOR_CUSTOMERS = (*FOR_CUSTOMERS, HistoryField.ORDER)
_DECIDED = ("outcome", "rule", "why", "authentication")


@dataclass(frozen=True)
class PackedMail:
    """A mail of a pack."""

    name: str
    """Its entry, such as ``inbound/0001.eml``."""
    line: dict[str, Any]
    """What the ledger knows of it, with ``previous`` and ``chain``."""
    facts: dict[str, Any]
    """Why it is where it is, and the relay's words: for an entry beside it."""
    at: datetime
    who: str
    subject: str
    proof: Proof | None = None
    attempts: tuple[AttemptView, ...] = ()

    @property
    def sha256(self) -> str:
        """Of its bytes; empty where there are none: it was not written yet, or is gone."""
        return str(self.line["sha256"])


@dataclass(frozen=True)
class PackedFile:
    """A file that came with a message that was no mail."""

    name: str
    sha256: str
    filename: str
    comment_id: int


@dataclass(frozen=True)
class DisputePack:
    """What goes into a pack."""

    page: TicketPage
    first_line: dict[str, Any]
    mails: tuple[PackedMail, ...]
    messages: tuple[CommentView, ...]
    changes: tuple[ChangeView, ...]
    files: tuple[PackedFile, ...]
    made_at: datetime
    with_notes: bool

    @property
    def status(self) -> Status:
        """How the ticket stands; without notes as its customers are shown it."""
        ticket = self.page.ticket
        return ticket.status if self.with_notes else ticket.status_for_customers

    @property
    def head(self) -> str:
        """The hash that stands for all lines."""
        return str(([self.first_line] + [mail.line for mail in self.mails])[-1]["chain"])


def read_pack(
    session: Session, actor: Actor, number: str, *, with_notes: bool, now: datetime
) -> DisputePack:
    """What a pack of this ticket holds now.

    :param with_notes: whether internal notes are in it, and mails that only staff see.
    :raises NotAllowed, NotFound:
    """
    check_staff(actor, STAFF_ONLY)
    page = ticket_page(session, actor, number)
    if not page.may_answer:
        raise NotAllowed(LACKS_RIGHT[MailboxRight.ANSWER])
    messages = messages_of(page, with_notes=with_notes)
    shown_ids = {one.id for one in messages}
    first = {
        "pack": FORMAT,
        "ticket": page.ticket.number,
        "made_at": _written(now),
        "with_notes": with_notes,
    }
    first["chain"] = chained("", first)
    came = _inbound(session, page, shown_ids, with_notes=with_notes)
    mails = [*came, *_outbound(session, page, shown_ids)]
    return DisputePack(
        page,
        first,
        tuple(_chain(str(first["chain"]), mails)),
        messages,
        tuple(_changes(session, actor, page, with_notes=with_notes)),
        tuple(_files(session, messages)),
        now,
        with_notes,
    )


def chained(previous: str, line: dict[str, Any]) -> str:
    """The hash of a line after another, whose hash is ``previous``."""
    said = {name: value for name, value in line.items() if name not in ("previous", "chain")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(f"{previous}\n{text}".encode()).hexdigest()


def of_public(ticket_id: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Whether an inbound mail stands on a ticket where its customers see it."""
    public = select(Comment.id).where(
        Comment.ticket_id == ticket_id,
        Comment.internal.is_(False),
        Comment.kind == MessageKind.MESSAGE,
    )
    return InboundMail.comment_id.in_(public)


def messages_of(page: TicketPage, *, with_notes: bool) -> tuple[CommentView, ...]:
    """The messages of a ticket that leave with it: never those of side conversations.

    :param with_notes: whether those that only staff see do, too.
    """
    said = (one for one in page.comments if one.side_id is None)
    return tuple(one for one in said if with_notes or _is_public(one))


def _is_public(comment: CommentView) -> bool:
    return not (comment.internal or comment.is_machine or comment.leaves_at)


def _inbound(
    session: Session, page: TicketPage, shown_ids: set[int], *, with_notes: bool
) -> Iterable[PackedMail]:
    found = session.scalars(
        select(InboundMail)
        .where(InboundMail.ticket_id == page.ticket.id)
        .order_by(InboundMail.received_at, InboundMail.id)
    )
    shown = (mail for mail in found if mail.comment_id in shown_ids)
    for place, mail in enumerate(shown, start=1):
        line = {
            "direction": "in",
            "file": f"inbound/{place:04}.eml" if mail.raw_sha256 else "",
            "spool_name": mail.spool_name,
            "received_at": _written(mail.received_at),
            "sha256": mail.raw_sha256,
            "size": mail.size,
            "envelope_from": mail.envelope_from,
            "envelope_to": list(mail.envelope_to),
            "message_id": mail.message_id or "",
        }
        facts = {
            "state": mail.state,
            "peer": mail.peer,
            "decided_at": _written(mail.decided_at),
            "defects": list(mail.defects),
            "decision": _decision(mail, with_notes=with_notes),
        }
        yield PackedMail(
            f"inbound/{place:04}.eml",
            line,
            facts,
            mail.received_at,
            mail.from_address,
            mail.subject,
            proof=proof_of(mail.decision),
        )


def _outbound(session: Session, page: TicketPage, shown_ids: set[int]) -> Iterable[PackedMail]:
    found = session.scalars(
        select(OutboundMail)
        .where(
            OutboundMail.ticket_id == page.ticket.id,
            OutboundMail.template.in_(TO_CUSTOMERS),
            or_(OutboundMail.comment_id.is_(None), OutboundMail.comment_id.in_(shown_ids)),
        )
        .options(selectinload(OutboundMail.attempts))
        .order_by(OutboundMail.id)
    )
    for place, mail in enumerate(found, start=1):
        line = {
            "direction": "out",
            "file": f"outbound/{place:04}.eml" if mail.rendered_sha256 else "",
            "message_id": mail.message_id,
            "created_at": _written(mail.created_at),
            "sent_at": _written(mail.sent_at) if mail.sent_at else "",
            "sha256": mail.rendered_sha256 or "",
            "recipient": mail.recipient,
            "state": mail.state,
        }
        attempts = tuple(map(view_attempt, mail.attempts))
        facts = {
            "template": mail.template,
            "attempts": [
                {
                    "at": _written(one.at),
                    "relay": one.relay,
                    "tls": one.tls,
                    "outcome": one.outcome,
                    "code": one.code,
                    "text": one.text,
                }
                for one in attempts
            ],
        }
        at = mail.sent_at or mail.created_at
        name = f"outbound/{place:04}.eml"
        yield PackedMail(name, line, facts, at, mail.recipient, mail.subject, attempts=attempts)


def _chain(previous: str, mails: Iterable[PackedMail]) -> Iterable[PackedMail]:
    for mail in mails:
        mail.line["previous"] = previous
        mail.line["chain"] = previous = chained(previous, mail.line)
        yield mail


def _changes(
    session: Session, actor: Actor, page: TicketPage, *, with_notes: bool
) -> Iterable[ChangeView]:
    """The ticket's history; without notes what customers may know of it, and no reasons, which
    staff write for each other.
    """
    changes = history(session, page.ticket.id, actor)
    if with_notes:
        yield from changes
        return
    for one in told_changes(changes, _FOR_CUSTOMERS):
        by = replace(one.by, name=one.by.name_for_customers) if one.by else None
        yield replace(one, reason="", by=by)


def _decision(mail: InboundMail, *, with_notes: bool) -> dict[str, Any]:
    """Why a mail is where it is; without notes less what it names beside its own ticket."""
    if with_notes:
        return mail.decision
    return {name: mail.decision[name] for name in _DECIDED if name in mail.decision}


def _files(session: Session, messages: Sequence[CommentView]) -> Iterable[PackedFile]:
    """Those of messages that came by a form or the API: a mail has its own within."""
    ids = [one.id for one in messages if one.inbound_mail_id is None and not one.deliveries]
    found = session.scalars(
        select(Attachment).where(Attachment.comment_id.in_(ids)).order_by(Attachment.id)
    )
    for place, file in enumerate(found, start=1):
        name = f"files/{place:04}-{_safe(file.filename)}"
        yield PackedFile(name, file.sha256, file.filename, file.comment_id)


def _safe(filename: str) -> str:
    """A name that no system takes for a path or a command."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    return plain[-60:].replace("..", "_").lstrip(".-") or "file"


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def ticket_named(session: Session, number: str) -> int | None:
    """The id of the ticket of this number."""
    return session.scalar(select(Ticket.id).where(Ticket.number == number))
