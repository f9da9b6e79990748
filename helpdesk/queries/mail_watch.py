"""Whether mail comes in as it usually does: alarms, each mailbox's hours, the canary's flights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.mail_in.silence import HISTORY, Silence, silence
from helpdesk.models import (
    Alarm,
    AlarmKind,
    AttemptOutcome,
    Canary,
    DeliveryAttempt,
    InboundMail,
    Mailbox,
    OutboundMail,
    OutboundState,
)
from helpdesk.queries.gateways import GatewayView, gateways
from helpdesk.tickets.access import check_staff

_STAFF_ONLY = "Only staff may see how mail comes in."


@dataclass(frozen=True)
class AlarmView:
    """An alarm that lasts."""

    kind: AlarmKind
    facts: dict[str, Any]
    since: datetime


@dataclass(frozen=True)
class MailboxWatch:
    """One mailbox: its last mail, and what is unusual about the time since."""

    address: str
    paused: bool
    last: datetime | None
    silence: Silence | None
    """None where nothing came yet, or the history is too short to tell."""
    today: int
    """Mails in the last 24 hours."""


@dataclass(frozen=True)
class Flight:
    """One canary. ``seconds`` is None while it is away, or for ever."""

    sent_at: datetime
    seconds: float | None


def alarms(session: Session) -> tuple[AlarmView, ...]:
    """The alarms that last, the oldest first. There are hardly ever any."""
    rows = session.scalars(select(Alarm).order_by(Alarm.since, Alarm.id))
    kept = tuple(AlarmView(row.kind, row.facts, row.since) for row in rows)
    return kept + tuple(_of_gateway(one) for one in gateways(session) if one.trouble)


def _of_gateway(gateway: GatewayView) -> AlarmView:
    """:attr:`AlarmView.facts` names the parts that stopped; without any its disk is full."""
    facts = {"name": gateway.name, "parts": gateway.stopped, "waiting": gateway.waiting}
    return AlarmView(AlarmKind.GATEWAY, facts, gateway.seen_at)


def mailbox_watches(session: Session, actor: Actor, now: datetime) -> tuple[MailboxWatch, ...]:
    """Every mailbox that the actor may see, as the page shows them.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    found = session.scalars(
        select(Mailbox).where(Mailbox.removed_at.is_(None)).order_by(Mailbox.address)
    )
    mailboxes = [mailbox for mailbox in found if actor.may(mailbox.id)]
    hours = hours_of(session, [mailbox.id for mailbox in mailboxes], now)
    watches = []
    for mailbox in mailboxes:
        last = last_mail(session, mailbox.id)
        counts = hours.get(mailbox.id, {})
        watches.append(
            MailboxWatch(
                mailbox.address,
                mailbox.paused,
                last,
                silence(counts, last, now) if last and not mailbox.paused else None,
                sum(n for hour, n in counts.items() if hour > now - timedelta(hours=25)),
            )
        )
    return tuple(watches)


def flights(session: Session, actor: Actor, now: datetime, days: int = 2) -> tuple[Flight, ...]:
    """The canaries of the last days, the oldest first.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    rows = session.scalars(
        select(Canary).where(Canary.sent_at > now - timedelta(days=days)).order_by(Canary.sent_at)
    )
    return tuple(
        Flight(row.sent_at, (row.returned_at - row.sent_at).total_seconds())
        if row.returned_at
        else Flight(row.sent_at, None)
        for row in rows
    )


@dataclass(frozen=True)
class Unwritten:
    """Mails that could not be written: a template, or a file, is broken."""

    count: int
    since: datetime
    words: str
    """What is wrong with the newest: the template and the line are named."""


def unwritten_mails(session: Session, now: datetime) -> Unwritten | None:
    """The mails of the last week that failed before any relay was asked; None of none."""
    attempt, mail = DeliveryAttempt, OutboundMail
    rows = session.execute(
        select(attempt.text, attempt.at)
        .join(mail, mail.id == attempt.outbound_mail_id)
        .where(
            mail.state == OutboundState.FAILED,
            mail.created_at > now - timedelta(days=7),
            attempt.outcome == AttemptOutcome.FAILED,
            attempt.relay == "",
        )
        .order_by(attempt.id)
        .limit(1000)
    ).all()
    return Unwritten(len(rows), rows[0].at, rows[-1].text) if rows else None


def last_mail(session: Session, mailbox_id: int) -> datetime | None:
    """When the last mail to this mailbox came. One look into an index."""
    return session.scalar(
        select(InboundMail.received_at)
        .where(InboundMail.mailbox_id == mailbox_id)
        .order_by(InboundMail.received_at.desc())
        .limit(1)
    )


def hours_of(
    session: Session, mailbox_ids: Sequence[int], now: datetime
) -> dict[int, dict[datetime, int]]:
    """Mails by mailbox and hour (its beginning, UTC) over the history: read from an index alone."""
    hour = _hour(session)
    rows = session.execute(
        select(InboundMail.mailbox_id, hour, func.count())
        .where(
            InboundMail.mailbox_id.in_(mailbox_ids),
            InboundMail.received_at > now - HISTORY,
        )
        .group_by(InboundMail.mailbox_id, hour)
    )
    found: defaultdict[int, dict[datetime, int]] = defaultdict(dict)
    for mailbox_id, number, count in rows:
        found[mailbox_id or 0][datetime.fromtimestamp(int(number) * 3600, UTC)] = count
    return dict(found)


def _hour(session: Session) -> ColumnElement[int]:
    """The hours since the epoch in which a mail was received."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", InboundMail.received_at), BigInteger) // 3600
    return cast(func.floor(func.extract("epoch", InboundMail.received_at) / 3600), BigInteger)
