"""Set what one is mailed about, in which language, and in which zone times are told."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.languages import LANGUAGES
from helpdesk.mail_out.notification_kinds import CUSTOMER_KINDS, STAFF_KINDS
from helpdesk.models import Person


def set_mails(
    session: Session,
    actor: Actor,
    *,
    wanted: Collection[str],
    language: str = "",
    time_zone: str = "",
) -> Person:
    """The actor's own choice.

    :param wanted: the kinds of :mod:`helpdesk.mail_out.notifications` to be mailed about; the
        others are not.
    :param language: of mails and pages; empty for the one they write in, or the mailbox's.
    :param time_zone: an IANA name; empty for UTC.
    :raises NotAllowed: the actor is nobody.
    :raises InvalidInput: there is no such language or zone.
    """
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None or not person.active:
        raise NotAllowed("Sign in first.")
    if language:
        validation.one_of(language, LANGUAGES, "language")
    if time_zone and time_zone not in time_zones():
        raise InvalidInput("time_zone", "Choose a time zone from the list, such as Europe/Berlin.")
    kinds = STAFF_KINDS if person.is_staff else CUSTOMER_KINDS
    person.language, person.time_zone = language, time_zone
    person.muted = [kind for kind in kinds if kind not in wanted]
    return person


@cache
def time_zones() -> tuple[str, ...]:
    """The zones to choose from: those of places, by name."""
    zones = available_timezones()
    return tuple(sorted(zone for zone in zones if "/" in zone and not zone.startswith("Etc/")))
