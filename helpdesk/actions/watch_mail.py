"""Watch whether mail comes in and can be written: raise alarms, tell the admins once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk.actor import SYSTEM
from helpdesk.mail_in.silence import silence
from helpdesk.mail_out import outbox
from helpdesk.mail_out.outgoing import Recipient, unthreaded_mail
from helpdesk.mail_out.reachable import may_be_mailed
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Alarm, AlarmKind, Canary, Mailbox, Person
from helpdesk.queries.fetches import fetch_views, is_lasting
from helpdesk.queries.mail_watch import hours_of, last_mail, unwritten_mails
from helpdesk.queries.own_relays import is_send_lasting, mailboxes_in_trouble, own_relay_views
from helpdesk.tickets.mailboxes import all_mailboxes, first_mailbox
from helpdesk.vocabulary import Role

TELL_EVERY = timedelta(days=1)
CALM = timedelta(minutes=30)
"""A mailbox that heard something in this time is not looked into any further."""
CANARY_OVERDUE = timedelta(minutes=15)


def watch_mail(session: Session, *, canary: bool, now: datetime) -> int:
    """Look once; returns how many alarms last.

    :param canary: whether canaries are sent: else none can be overdue.
    """
    # By every sweep there is, on every machine: the second one waits, and finds the first's alarm.
    found = {alarm.key: alarm for alarm in session.scalars(select(Alarm).with_for_update())}
    lasting = _silences(session, now)
    if canary and (since := _overdue_since(session, now)) is not None:
        minutes = int((now - since).total_seconds() // 60)
        lasting["canary"] = (AlarmKind.CANARY, since, {"minutes": minutes})
    if (unwritten := unwritten_mails(session, now)) is not None:
        facts = {"count": unwritten.count, "words": unwritten.words}
        lasting[AlarmKind.UNWRITTEN] = (AlarmKind.UNWRITTEN, unwritten.since, facts)
    lasting |= _unfetched(session, now) | _unsent(session, now)
    for key, (kind, since, facts) in lasting.items():
        alarm = found.get(key)
        if alarm is None:
            alarm = Alarm(key=key, kind=kind, since=since, noticed_at=now, facts=facts)
            session.add(alarm)
        alarm.facts, alarm.since = facts, since
        _tell(session, alarm, now)
    over = [alarm.id for key, alarm in found.items() if key not in lasting]
    if over:
        session.execute(delete(Alarm).where(Alarm.id.in_(over)))
    return len(lasting)


Lasting = dict[str, tuple[AlarmKind, datetime, dict[str, Any]]]


def _silences(session: Session, now: datetime) -> Lasting:
    found: Lasting = {}
    for mailbox in all_mailboxes(session).values():
        last = None if mailbox.paused else last_mail(session, mailbox.id)
        if last is None or now - last < CALM:
            continue
        hours = hours_of(session, [mailbox.id], now).get(mailbox.id, {})
        quiet = silence(hours, last, now)
        if quiet is not None and quiet.is_alarming:
            found[f"silence:{mailbox.id}"] = (
                AlarmKind.SILENCE,
                last,
                _facts(mailbox, last, now, quiet.usual),
            )
    return found


def _unfetched(session: Session, now: datetime) -> Lasting:
    """The mailboxes whose mail cannot be fetched, each with what is wrong."""
    return {
        f"fetch:{one.id}:{one.trouble}": (
            AlarmKind.FETCH,
            one.trouble_since or now,
            {
                "mailbox": one.address,
                "mailbox_id": one.mailbox_id,
                "server": one.server,
                "sentence": one.sentence,
                "words": one.words,
            },
        )
        for one in fetch_views(session, SYSTEM, now)
        if is_lasting(one, now)
    }


def _unsent(session: Session, now: datetime) -> Lasting:
    """The mailboxes whose mail cannot be sent by their own accounts, each with what is wrong."""
    return {
        f"send:{one.mailbox_id}:{one.trouble}": (
            AlarmKind.SEND,
            one.trouble_since or now,
            {
                "mailbox": one.address,
                "mailbox_id": one.mailbox_id,
                "server": one.server,
                "sentence": one.sentence,
                "words": one.words,
            },
        )
        for one in own_relay_views(session, SYSTEM)
        if is_send_lasting(one, now)
    }


def _facts(mailbox: Mailbox, last: datetime, now: datetime, usual: float) -> dict[str, Any]:
    hours = int((now - last).total_seconds() // 3600)
    return {"mailbox": mailbox.address, "hours": hours, "usual": round(usual)}


def _overdue_since(session: Session, now: datetime) -> datetime | None:
    """When the first was sent of those that should be back, since one came back last."""
    heard = [box.id for box in all_mailboxes(session).values() if not box.paused]
    back = select(Canary.sent_at).where(Canary.returned_at.is_not(None))
    last_back = session.scalar(back.order_by(Canary.sent_at.desc()).limit(1))
    away = select(Canary.sent_at).where(
        Canary.returned_at.is_(None),
        Canary.sent_at < now - CANARY_OVERDUE,
        Canary.mailbox_id.in_(heard),
    )
    if last_back is not None:
        away = away.where(Canary.sent_at > last_back)
    return session.scalar(away.order_by(Canary.sent_at).limit(1))


def _sending_mailbox(session: Session) -> Mailbox:
    """The first mailbox whose mail can leave: the news that one cannot send must."""
    stuck = mailboxes_in_trouble(session)
    able = [box for box in all_mailboxes(session).values() if box.id not in stuck]
    return min(able, key=lambda box: box.id) if stuck and able else first_mailbox(session)


def _tell(session: Session, alarm: Alarm, now: datetime) -> None:
    """Mail the admins, at most once a day for one cause; once, where the desk goes on saying it."""
    if alarm.told_at is not None and (
        alarm.kind in (AlarmKind.FETCH, AlarmKind.SEND) or now - alarm.told_at < TELL_EVERY
    ):
        return
    alarm.told_at = now
    mailbox = _sending_mailbox(session)
    admins = session.scalars(
        select(Person).where(Person.role == Role.ADMIN, Person.active.is_(True))
    )
    for admin in admins:
        if not may_be_mailed(session, admin.address):
            continue
        mail = unthreaded_mail(
            session,
            mailbox,
            Recipient.of(admin),
            template=TemplateName.MAIL_ALARM_STAFF,
            subject="Mail may not be coming in",
            values={"kind": alarm.kind, **alarm.facts},
        )
        outbox.put(session, mail, now=now)
