"""Have a service post a mailbox's mail to us, and say what proves that it is that service.

Admins only; each change is logged, secrets never.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditKind, Mailbox, MailProvider, MailService, PostedToken
from helpdesk.queries.mail_services import PostingService
from helpdesk.sealing import seal
from helpdesk.setting_values import server_name
from helpdesk.tickets import audit
from helpdesk.tickets.access import known_id

WITH_PASSWORD = (MailProvider.POSTMARK, MailProvider.SENDGRID)
"""Who sends a password along that we make."""
SEALED_FOR = "mail service"
"""What the keys of services are sealed for: see :mod:`helpdesk.sealing`."""
_TOPIC = re.compile(r"arn:aws(?:-cn|-us-gov)?:sns:[a-z0-9-]{3,32}:[0-9]{12}:[A-Za-z0-9_-]{1,256}")
_KEY = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True)
class ServiceSettings:
    """What can be set of a service, as it was typed. What it has no use for is left empty."""

    signing_key: str = ""
    """What it signs with; empty keeps the one that is set."""
    topic: str = ""
    """Amazon's: the ARN of the topic."""
    believed: str = ""
    """The name by which it writes what it found of the sender; empty: it is not believed."""


def set_mail_service(
    session: Session,
    actor: Actor,
    mailbox_id: int,
    provider: MailProvider,
    wanted: ServiceSettings,
    *,
    secret: str,
    now: datetime,
) -> MailService:
    """Set up where a service posts this mailbox's mail, or change it.

    :param secret: the installation's, which seals the service's key.
    :raises NotAllowed, NotFound:
    :raises InvalidInput: naming the field.
    """
    mailbox = _mailbox(session, actor, mailbox_id)
    before = _service(session, mailbox, provider)
    service = before or MailService(
        mailbox_id=mailbox.id, provider=provider, key=secrets.token_urlsafe(24), created_at=now,
        password_hash="", sealed_key="", topic="", believed="", refused_why="",
    )  # fmt: skip
    key, topic, believed = _checked(service, wanted)
    if before is None:
        session.add(service)
        _log(session, actor, mailbox, provider, ("off", "on"), now)
    if key:
        service.sealed_key = seal(key, secret, SEALED_FOR)
        _log(session, actor, mailbox, f"{provider} key", ("", "changed"), now)
    if topic != service.topic:
        _log(session, actor, mailbox, f"{provider} topic", (service.topic, topic), now)
        service.topic, service.confirmed_at = topic, None
    if believed != service.believed:
        _log(session, actor, mailbox, f"{provider} believed", (service.believed, believed), now)
        service.believed = believed
    session.flush()
    return service


def new_service_password(
    session: Session, actor: Actor, mailbox_id: int, provider: MailProvider, *, now: datetime
) -> str:
    """Make the password that the service is to send along: shown once, only its hash is kept.

    The one before it holds no more.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: this service signs what it posts, and has no password.
    """
    mailbox = _mailbox(session, actor, mailbox_id)
    service = _known(session, mailbox, provider)
    if provider not in WITH_PASSWORD:
        raise InvalidInput("provider", "This service signs what it posts: it has no password.")
    password = secrets.token_urlsafe(24)
    service.password_hash = _hashed(password)
    _log(session, actor, mailbox, f"{provider} password", ("", "changed"), now)
    return password


def check_service_password(service: PostingService, password: str) -> None:
    """Let a service in that sends the password along that was made for it last.

    :raises NotAllowed:
    """
    given = _hashed(password)
    if not service.password_hash or not hmac.compare_digest(given, service.password_hash):
        raise NotAllowed("The password in its address is not the one that was made here last.")


def _hashed(password: str) -> str:
    return sha256(password.encode("utf-8", "replace")).hexdigest()


def close_mail_service(
    session: Session, actor: Actor, mailbox_id: int, provider: MailProvider, *, now: datetime
) -> None:
    """Take no more posts of it for this mailbox. Set up anew it has another address.

    :raises NotAllowed, NotFound:
    """
    mailbox = _mailbox(session, actor, mailbox_id)
    service = _known(session, mailbox, provider)
    session.execute(delete(PostedToken).where(PostedToken.service_id == service.id))
    session.delete(service)
    _log(session, actor, mailbox, provider, ("on", "off"), now)


def _checked(service: MailService, wanted: ServiceSettings) -> tuple[str, str, str]:
    key, topic = wanted.signing_key.strip(), wanted.topic.strip()
    try:
        believed = server_name(wanted.believed.strip())
    except ValueError as problem:
        raise InvalidInput("believed", f"This {problem}.") from None
    if len(believed) > 255 or not believed.isascii():
        raise InvalidInput("believed", "Give the name as it stands in Authentication-Results.")
    if service.provider != MailProvider.SES:
        topic = ""
    elif not _TOPIC.fullmatch(topic):
        raise InvalidInput(
            "topic", "Give the ARN of the topic, such as arn:aws:sns:eu-west-1:123456789012:mail."
        )
    if service.provider != MailProvider.MAILGUN:
        key = ""
    elif key and not _KEY.fullmatch(key):
        raise InvalidInput("key", "Give the key as the service shows it: it has no spaces.")
    elif not key and not service.sealed_key:
        raise InvalidInput("key", "Give the key that it signs with.")
    return key, topic, believed


def _mailbox(session: Session, actor: Actor, mailbox_id: int) -> Mailbox:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change mailboxes.")
    mailbox = session.get(Mailbox, known_id(mailbox_id), with_for_update=True)
    if mailbox is None or mailbox.removed_at is not None:
        raise NotFound("There is no such mailbox.")
    return mailbox


def _service(session: Session, mailbox: Mailbox, provider: MailProvider) -> MailService | None:
    return session.scalar(
        select(MailService).where(
            MailService.mailbox_id == mailbox.id, MailService.provider == provider
        )
    )


def _known(session: Session, mailbox: Mailbox, provider: MailProvider) -> MailService:
    service = _service(session, mailbox, provider)
    if service is None:
        raise NotFound("This service is not set up for this mailbox.")
    return service


def _log(
    session: Session,
    actor: Actor,
    mailbox: Mailbox,
    what: str,
    changed: tuple[str, str],
    now: datetime,
) -> None:
    old, new = changed
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, f"posted by {what}", old=old, new=new,
        now=now,
    )  # fmt: skip
