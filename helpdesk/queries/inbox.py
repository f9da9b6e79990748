"""What came in, as the mail pages show it: lists to walk, one mail with its reasons, the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.mail_in.explanation import Explanation, Proof, explain, meaning_of, proof_of
from helpdesk.mail_in.what_moves import last_move
from helpdesk.models import (
    BlockedSender,
    InboundMail,
    InboundState,
    ParseReport,
    ParseReportState,
    Person,
    Ticket,
    TrustedSender,
)
from helpdesk.queries.mails import InboundView, inbound_mail
from helpdesk.text import clean_line
from helpdesk.tickets.access import check_staff, id_written, known_id, mails_of
from helpdesk.vocabulary import MessageKind

_STAFF_ONLY = "Only staff may see the mails."

PAGE_SIZE = 50
MOST_COUNTED = 1000
MOST_WORDS = 8
SEARCHED = 100_000
"""Of so many mails, the newest, words are looked for: each has to be read for it."""
STATES = (InboundState.HELD, InboundState.FILED, InboundState.SET_ASIDE, InboundState.WAITING)


@dataclass(frozen=True)
class MailRow:
    """A mail in a list."""

    id: int
    state: InboundState
    reason: str
    subject: str
    from_address: str
    size: int
    kind: MessageKind
    received_at: datetime
    ticket_number: str
    proof: Proof | None
    why: str
    deleted_by: str
    """Who deleted it from quarantine; empty where it was set aside by itself."""


@dataclass(frozen=True)
class MailList:
    """One page, newest first. ``next_before`` is the key of the next one; None at the end."""

    rows: tuple[MailRow, ...]
    next_before: int | None


@dataclass(frozen=True)
class MailPage:
    """One mail, with everything there is to know."""

    mail: InboundView
    explanation: Explanation
    meaning: str
    reading: dict[str, Any] | None
    """What could be read of it, where it is held or deleted: see
    ``helpdesk.mail_in.held_reading``."""
    ticket_subject: str
    deleted_by: str
    may_move_back: bool
    log_name: str
    """Its spool name: what its lines in the log carry."""


@dataclass(frozen=True)
class ReportView:
    """An anonymised copy that was asked for: ``asked``, ``made`` or ``failed``."""

    state: ParseReportState
    copy_sha256: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class SenderRule:
    """What becomes of a sender's mail: a rule of the staff's."""

    id: int
    address: str
    added_by: str
    added_at: datetime


def mail_list(
    session: Session,
    actor: Actor,
    *,
    state: str = "",
    search: str = "",
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> MailList:
    """Mails that were decided, newest first.

    :param state: one of :data:`STATES`; empty for all.
    :param search: words of which each stands in the subject or the sender's address, of one of the
        newest :data:`SEARCHED` mails.
    :param before: ``next_before`` of the page before.
    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    where: list[ColumnElement[bool]] = [*mails_of(actor.mailbox_ids)]
    if state in STATES:
        where.append(InboundMail.state == state)
    words = clean_line(search, 200).split()[:MOST_WORDS]
    if words:
        newest = session.scalar(select(func.max(InboundMail.id))) or 0
        where += [InboundMail.id > newest - SEARCHED, *map(_has, words)]
    if before is not None:
        where.append(InboundMail.id < known_id(before))
    found = session.execute(
        select(InboundMail, Ticket.number)
        .outerjoin(Ticket, Ticket.id == InboundMail.ticket_id)
        .where(*where)
        .order_by(InboundMail.id.desc())
        .limit(size + 1)
    ).all()
    rows = tuple(_row(mail, number or "") for mail, number in found[:size])
    return MailList(rows, rows[-1].id if len(found) > size else None)


def waiting_count(session: Session, actor: Actor) -> int:
    """How many mails were released, and are not filed yet.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    where = (InboundMail.state == InboundState.WAITING, *mails_of(actor.mailbox_ids))
    some = select(InboundMail.id).where(*where).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def mail_page(session: Session, actor: Actor, mail_id: int) -> MailPage:
    """One mail, and why it is where it is.

    :raises NotAllowed, NotFound:
    """
    view = inbound_mail(session, actor, known_id(mail_id))
    row = session.get_one(InboundMail, view.id)
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    return MailPage(
        view,
        explain(view.decision),
        meaning_of(view.reason),
        row.reading,
        ticket.subject if ticket else "",
        str(view.decision.get("discarded_by") or ""),
        last_move(view.decision) is not None,
        row.spool_name,
    )


def mails_named(session: Session, name: str) -> list[int]:
    """Find accepted mails by what somebody has of them; their ids, the oldest first.

    :param name: an id, the spool name that the ``250`` and the log lines tell, or a Message-ID.
    """
    plain = name.strip().strip("<>")
    by = [InboundMail.spool_name == plain, InboundMail.message_id == plain]
    if (number := id_written(plain)) is not None:
        by.append(InboundMail.id == number)
    return list(
        session.scalars(select(InboundMail.id).where(or_(*by)).order_by(InboundMail.id).limit(20))
    )


def mail_lines(session: Session, mail_id: int) -> list[str]:
    """Where a mail is and why, in lines of plain text, for the operator.

    :raises NotFound:
    """
    row = session.get(InboundMail, known_id(mail_id))
    if row is None:
        raise NotFound("There is no such mail.")
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    found = explain(row.decision)
    where = f"on {ticket.number}" if ticket else row.state.replace("_", " ")
    lines = [f"mail {row.id}: {where}", f"in the log: {row.spool_name}"]
    lines += [row.reason, meaning_of(row.reason)]
    lines += [found.summary if found.summary != row.reason else "", found.rule, found.right]
    for signal in found.signals:
        verdict = "decided" if signal.won else "refused" if signal.refused else "not needed"
        lines.append(f"- {signal.what} ({signal.ticket_number}), {verdict}: {signal.why}")
    if found.proof:
        checks = ", ".join(f"{name} {result}" for name, result in found.proof.checks)
        lines.append(
            f"sender {found.proof.mark}: {' '.join(found.proof.reasons)} {checks}".rstrip()
        )
    lines += [step.words for step in found.steps]
    return [line for line in lines if line]


def parse_report(session: Session, actor: Actor, mail_id: int) -> ReportView | None:
    """The anonymised copy of a mail; None where nobody asked for one.

    :raises NotAllowed, NotFound:
    """
    inbound_mail(session, actor, mail_id)
    found = session.scalar(
        select(ParseReport).where(ParseReport.inbound_mail_id == known_id(mail_id))
    )
    if found is None:
        return None
    return ReportView(found.state, found.copy_sha256, tuple(found.differences))


def quarantined_html(session: Session, mail_id: int) -> str:
    """The sanitised HTML of a held mail.

    :raises NotFound: there is no such mail, or it has none.
    """
    row = session.get(InboundMail, known_id(mail_id))
    html = (row.reading or {}).get("html") if row else None
    if not html:
        raise NotFound("There is no such message.")
    return str(html)


def trusted_senders(session: Session, actor: Actor) -> tuple[SenderRule, ...]:
    """The senders whose mail is never held, by address; for whoever has some mailboxes only, those
    that they named.

    :raises NotAllowed: the actor is not staff.
    """
    return _rules(session, actor, TrustedSender)


def blocked_senders(session: Session, actor: Actor) -> tuple[SenderRule, ...]:
    """The senders whose mail goes to spam, by address; as :func:`trusted_senders`.

    :raises NotAllowed: the actor is not staff.
    """
    return _rules(session, actor, BlockedSender)


def _rules(session: Session, actor: Actor, kind: Any) -> tuple[SenderRule, ...]:
    """:param kind: the model of the rules: all have the same fields."""
    check_staff(actor, _STAFF_ONLY)
    chosen = select(kind).options(joinedload(kind.added_by).joinedload(Person.addresses))
    if not actor.sees_all:  # whom another rule names may have written to another's mailbox
        chosen = chosen.where(kind.added_by_id == actor.person_id)
    rules = session.scalars(chosen.order_by(kind.address)).unique()
    return tuple(
        SenderRule(
            rule.id,
            rule.address,
            rule.added_by.shown_name if rule.added_by else "Postdesk",
            rule.added_at,
        )
        for rule in rules
    )


def _row(mail: InboundMail, ticket_number: str) -> MailRow:
    return MailRow(
        mail.id,
        mail.state,
        mail.reason,
        mail.subject,
        mail.from_address,
        mail.size,
        mail.kind,
        mail.received_at,
        ticket_number,
        proof_of(mail.decision),
        str(mail.decision.get("why") or ""),
        str(mail.decision.get("discarded_by") or ""),
    )


def _has(word: str) -> ColumnElement[bool]:
    return or_(
        InboundMail.subject.icontains(word, autoescape=True),
        InboundMail.from_address.icontains(word, autoescape=True),
    )
