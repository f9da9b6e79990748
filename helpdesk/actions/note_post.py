"""Note what became of a service's posts: for its page, and so that a signed post is taken once.

Called for whoever proved to be the service; nothing here is a person's to do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.errors import NotAllowed
from helpdesk.models import MailService, PostedToken

NOTED_EVERY = timedelta(minutes=1)
LONGEST_REASON = 300


def note_taken(session: Session, service_id: int, *, now: datetime) -> None:
    """Note that a post was taken; of many at once one writes."""
    session.execute(
        update(MailService)
        .where(
            MailService.id == service_id,
            or_(MailService.taken_at.is_(None), MailService.taken_at <= now - NOTED_EVERY),
        )
        .values(taken_at=now)
        .execution_options(synchronize_session=False)
    )


def note_refused(session: Session, service_id: int, why: str, *, now: datetime) -> None:
    """Note that a post was refused, and why: in words that hold nothing of it."""
    why = why[:LONGEST_REASON]
    session.execute(
        update(MailService)
        .where(
            MailService.id == service_id,
            or_(
                MailService.refused_at.is_(None),
                MailService.refused_at <= now - NOTED_EVERY,
                MailService.refused_why != why,
            ),
        )
        .values(refused_at=now, refused_why=why)
        .execution_options(synchronize_session=False)
    )


def note_confirmed(session: Session, service_id: int, *, now: datetime) -> None:
    """Note that the subscription to its topic stands."""
    service = session.get(MailService, service_id)
    if service is not None:
        service.confirmed_at = now


def was_taken(session: Session, service_id: int, token: str, mail_sha256: str) -> bool:
    """Whether this mail was taken with this token already.

    :raises NotAllowed: another mail was: a token is good for one.
    """
    known = session.scalar(
        select(PostedToken.mail_sha256).where(
            PostedToken.service_id == service_id, PostedToken.token_sha256 == _hash(token)
        )
    )
    if known not in (None, mail_sha256):
        raise NotAllowed("Its token was used for another mail.")
    return known is not None


def keep_token(
    session: Session,
    service_id: int,
    token: str,
    mail_sha256: str,
    *,
    kept_for: timedelta,
    now: datetime,
) -> None:
    """Keep a token as used, and forget those that are too old to be shown again."""
    session.execute(
        delete(PostedToken).where(
            PostedToken.service_id == service_id, PostedToken.posted_at <= now - kept_for
        )
    )
    try:
        with session.begin_nested():
            session.add(
                PostedToken(
                    service_id=service_id,
                    token_sha256=_hash(token),
                    mail_sha256=mail_sha256,
                    posted_at=now,
                )
            )
    except IntegrityError:  # posted twice at once: the mail is the same, or was refused
        return


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
