"""The right to open a mailbox at Google or Microsoft, which somebody granted us there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.models.person import Person


class GrantProvider(StrEnum):
    """Who gives out the tokens."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"


class MailboxGrant(Base):
    """What a mailbox signs in with where it has no password: fetching and sending use it alike."""

    __tablename__ = "mailbox_grant"

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox.id"), unique=True)
    provider: Mapped[GrantProvider] = mapped_column(EnumText(GrantProvider))
    login: Mapped[str]
    """The account that is opened with it."""
    scopes: Mapped[str]
    """What was granted, with blanks between."""
    sealed_refresh_token: Mapped[str]
    """See :mod:`helpdesk.sealing`. A provider may give another one with each access token."""
    sealed_access_token: Mapped[str]
    access_expires_at: Mapped[datetime]
    """By the database's clock."""
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Empty where the operator did it from the command line."""
    trouble: Mapped[str] = mapped_column(default="")
    """``consent``: it does not hold any more. Else empty."""
    words: Mapped[str] = mapped_column(default="")
    """What the provider said."""
    trouble_since: Mapped[datetime | None]
    asked_by: Mapped[str] = mapped_column(default="")
    """Who asks for a new access token now; nobody else does until ``asked_until``."""
    asked_until: Mapped[datetime | None]

    granted_by: Mapped[Person | None] = relationship()


class GrantRequest(Base):
    """A sign-in that an admin began in a browser, and that is not over: one a mailbox."""

    __tablename__ = "grant_request"

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox.id"), unique=True)
    provider: Mapped[GrantProvider] = mapped_column(EnumText(GrantProvider))
    login: Mapped[str]
    """Who should sign in; empty: whoever does."""
    shared: Mapped[bool]
    """Whether ``login`` is a mailbox that whoever signs in may open as well."""
    browser_hash: Mapped[str]
    """Of the browser's session: it goes on there alone."""
    state_hash: Mapped[str] = mapped_column(unique=True)
    """Of the ``state`` that comes back (RFC 6749 10.12)."""
    sealed_secret: Mapped[str]
    """The code verifier (RFC 7636 4.1), or the device code (RFC 8628 3.2)."""
    user_code: Mapped[str] = mapped_column(default="")
    """What is typed there; empty where the browser itself goes there."""
    verification_url: Mapped[str] = mapped_column(default="")
    """Where it is typed."""
    asked_every: Mapped[int] = mapped_column(default=0)
    """Seconds between two questions whether it was typed."""
    next_ask_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
