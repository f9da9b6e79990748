"""Who signed in for a mailbox at Google or Microsoft, and what is going on there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import GrantProvider, GrantRequest, MailboxGrant, Person


@dataclass(frozen=True)
class GrantView:
    """A sign-in that holds, or that did."""

    provider: GrantProvider
    login: str
    granted_at: datetime
    by: str
    """Who signed in; empty where it was done from the command line."""
    gone: bool
    """Whether it does not hold any more."""
    words: str
    """What the provider said then."""


@dataclass(frozen=True)
class DeviceView:
    """A code that is to be typed on another device."""

    provider: GrantProvider
    user_code: str
    url: str
    ends_at: datetime
    asked_every: int
    """Seconds."""


def grant_of(session: Session, mailbox_id: int) -> MailboxGrant | None:
    """What the mailbox signs in with; None where nobody signed in for it."""
    chosen = select(MailboxGrant).where(MailboxGrant.mailbox_id == mailbox_id)
    return session.scalars(chosen).one_or_none()


def grant_view(session: Session, actor: Actor, mailbox_id: int) -> GrantView | None:
    """Who signed in for a mailbox, to an admin.

    :raises NotAllowed:
    """
    _check_admin(actor)
    grant = grant_of(session, mailbox_id)
    if grant is None:
        return None
    by = session.get(Person, grant.granted_by_id) if grant.granted_by_id else None
    return GrantView(
        grant.provider,
        grant.login,
        grant.granted_at,
        (by.name or by.address) if by else "",
        bool(grant.trouble),
        grant.words,
    )


def device_view(
    session: Session, actor: Actor, mailbox_id: int, *, browser: str, now: datetime
) -> DeviceView | None:
    """The code that the admin had given out in this browser, while it holds.

    :param browser: the hash of its session's key.
    :raises NotAllowed:
    """
    _check_admin(actor)
    found = session.scalars(
        select(GrantRequest).where(
            GrantRequest.mailbox_id == mailbox_id,
            GrantRequest.browser_hash == browser,
            GrantRequest.user_code != "",
            GrantRequest.ends_at > now,
        )
    ).one_or_none()
    if found is None:
        return None
    return DeviceView(
        found.provider, found.user_code, found.verification_url, found.ends_at, found.asked_every
    )


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may see how mailboxes sign in.")
