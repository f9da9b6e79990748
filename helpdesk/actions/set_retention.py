"""Set for how long what is over is kept. Admins only; each change is logged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AuditKind, RetentionKind, RetentionRule
from helpdesk.text import bounded_int
from helpdesk.tickets import audit
from helpdesk.tickets.retention import LEAST_DAYS, MOST_DAYS, age_of, changed_age, rules


def read_days(kind: RetentionKind, typed: str) -> int | None:
    """The days that somebody typed for a kind; empty for keeping all.

    :raises InvalidInput: that is no number of days, or too few; the field is the kind.
    """
    words = typed.strip()
    least = LEAST_DAYS[kind]
    days = bounded_int(words, least=least, most=MOST_DAYS) if words else None
    if words and days is None:
        raise InvalidInput(
            kind, f"Say it as a number of days, {least} to {MOST_DAYS}, or leave it empty."
        )
    return days


def set_retention(
    session: Session, actor: Actor, days: Mapping[RetentionKind, int | None], *, now: datetime
) -> None:
    """Set the ages of some kinds. What would delete more begins a day later, and is said so.

    :param days: None for keeping all of a kind.
    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: that is too few or too many days.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may say for how long what is over is kept.")
    known = rules(session)
    for kind, wanted in days.items():
        read_days(kind, "" if wanted is None else str(wanted))
        rule = known.get(kind)
        before = age_of(rule)
        if wanted == before.days:
            continue
        age = changed_age(before, wanted, now)
        old, new = (f"{one} days" if one else "never" for one in (before.days, wanted))
        if age.begins_at:
            new = f"{new}, from {age.begins_at:%Y-%m-%d %H:%M} UTC on"
        field = f"retention_{kind}"
        audit.record(session, actor, AuditKind.DESK, "", field, old=old, new=new, now=now)
        if rule is None:
            rule = RetentionRule(kind=kind, gone=0, gone_bytes=0)
            session.add(rule)
        rule.days, rule.days_before = age.days, age.days_before
        rule.begins_at, rule.changed_at = age.begins_at or now, now
