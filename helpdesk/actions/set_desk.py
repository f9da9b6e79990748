"""Set what holds for the whole desk. Admins only; each change is logged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import take_turns
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AuditKind, DeskSettings
from helpdesk.text import bounded_int
from helpdesk.tickets import audit
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.tickets.seen_form import check_seen

MOST_CLOSE_DAYS = 365


_SWITCHES = ("answering_takes", "thanks_keep_finished")


def settings_words(settings: DeskSettings) -> dict[str, str]:
    """All that can be set, in words, as the log has it."""
    switches = {name: "yes" if getattr(settings, name) else "no" for name in _SWITCHES}
    return {"close_days": _days(settings.close_days), **switches}


def check_settings_seen(session: Session, actor: Actor, seen: str | None) -> None:
    """Refuse to save a form that shows other settings than there are now.

    :param seen: see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed: the actor is no admin.
    :raises ChangedMeanwhile:
    """
    _check(actor)
    take_turns(session)
    check_seen(session, seen, settings_words(desk_settings(session)), AuditKind.DESK, "")


def set_close_days(session: Session, actor: Actor, days: str, *, now: datetime) -> DeskSettings:
    """Set after how many days without a word a resolved ticket is closed.

    :param days: as it was typed; empty for never.
    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: that is no number of days.
    """
    _check(actor)
    number = bounded_int(days.strip(), most=MOST_CLOSE_DAYS) if days.strip() else None
    if days.strip() and not number:
        raise InvalidInput(
            "close_days", f"Say it as a number of days, 1 to {MOST_CLOSE_DAYS}, or leave it empty."
        )
    settings = session.merge(desk_settings(session))
    if number != settings.close_days:
        old, new = _days(settings.close_days), _days(number)
        audit.record(session, actor, AuditKind.DESK, "", "close_days", old=old, new=new, now=now)
        settings.close_days = number
    return settings


def set_answering_takes(
    session: Session, actor: Actor, takes: bool, *, now: datetime
) -> DeskSettings:
    """Set whether who answers a ticket that nobody has gets it.

    :raises NotAllowed: the actor is no admin.
    """
    return _switch(session, actor, "answering_takes", takes, now)


def set_thanks_keep_finished(
    session: Session, actor: Actor, keep: bool, *, now: datetime
) -> DeskSettings:
    """Set whether a mail that only thanks leaves a finished ticket as it is.

    :raises NotAllowed: the actor is no admin.
    """
    return _switch(session, actor, "thanks_keep_finished", keep, now)


def _switch(session: Session, actor: Actor, name: str, wanted: bool, now: datetime) -> DeskSettings:
    _check(actor)
    settings = session.merge(desk_settings(session))
    before = getattr(settings, name)
    if wanted != before:
        old, new = ("yes" if one else "no" for one in (before, wanted))
        audit.record(session, actor, AuditKind.DESK, "", name, old=old, new=new, now=now)
        setattr(settings, name, wanted)
    return settings


def _days(number: int | None) -> str:
    return f"{number} days" if number else "never"


def _check(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change the desk's settings.")
