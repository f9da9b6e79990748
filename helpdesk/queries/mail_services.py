"""The services that post mail: for who sets them up, and for the door that they post to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Mailbox, MailProvider, MailService
from helpdesk.queries.administration import mailbox_of_id


@dataclass(frozen=True)
class ServiceView:
    """A service, as its admin sees it: without its secrets."""

    provider: MailProvider
    key: str
    has_password: bool
    has_signing_key: bool
    topic: str
    believed: str
    confirmed_at: datetime | None
    taken_at: datetime | None
    refused_at: datetime | None
    refused_why: str

    @property
    def path(self) -> str:
        """Where it posts to, below our public address."""
        return post_path(self.provider, self.key)

    @property
    def is_refused(self) -> bool:
        """Whether the last thing heard of it was refused."""
        if self.refused_at is None:
            return False
        return self.taken_at is None or self.refused_at > self.taken_at


@dataclass(frozen=True)
class PostingService:
    """A service, as the door knows it by its address."""

    id: int
    provider: MailProvider
    mailbox: str
    """The address of the mailbox that it posts mail for."""
    password_hash: str
    sealed_key: str
    topic: str
    believed: str
    taken_at: datetime | None


def post_path(provider: MailProvider, key: str) -> str:
    """The path that a service posts to."""
    # Mailgun posts raw mail to addresses that end so, and to no others.
    return f"/api/mail/inbound/{provider}/{key}/{'mime' * (provider == MailProvider.MAILGUN)}"


def services_of(session: Session, actor: Actor, mailbox_id: int) -> dict[MailProvider, ServiceView]:
    """The services that post a mailbox's mail.

    :raises NotAllowed, NotFound: the actor is no admin; there is no such mailbox.
    """
    mailbox = mailbox_of_id(session, actor, mailbox_id)
    found = session.scalars(
        select(MailService).where(MailService.mailbox_id == mailbox.id).order_by(MailService.id)
    )
    return {one.provider: _view(one) for one in found}


def posting_service(session: Session, provider: str, key: str) -> PostingService | None:
    """The service that posts to this address, for a mailbox that there is; None if none does."""
    found = session.execute(
        select(MailService, Mailbox.address)
        .join(Mailbox, Mailbox.id == MailService.mailbox_id)
        .where(
            MailService.provider == provider,
            MailService.key == key,
            Mailbox.removed_at.is_(None),
        )
    ).first()
    if found is None:
        return None
    one, mailbox = found
    return PostingService(
        one.id, one.provider, mailbox, one.password_hash, one.sealed_key, one.topic, one.believed,
        one.taken_at,
    )  # fmt: skip


def _view(one: MailService) -> ServiceView:
    return ServiceView(
        one.provider,
        one.key,
        bool(one.password_hash),
        bool(one.sealed_key),
        one.topic,
        one.believed,
        one.confirmed_at,
        one.taken_at,
        one.refused_at,
        one.refused_why,
    )
