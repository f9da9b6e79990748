"""Set what customers of a mailbox see and are asked: the logo on its pages, the survey."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.edit_mailbox import mailbox_to_change
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import AuditKind
from helpdesk.pictures import BrokenPicture, picture_size
from helpdesk.tickets import audit

LARGEST_LOGO = 200_000
"""Bytes."""
WIDEST_LOGO = 4000
"""Pixels a side: a few bytes can ask a browser for a picture of gigabytes."""
LONGEST_SURVEY_DELAY = 30 * 24 * 60
"""Minutes."""


def check_logo(content: bytes) -> None:
    """Check that these bytes may stand at the head of customers' pages.

    :raises InvalidInput: they are no whole picture, or a too large one.
    """
    try:
        whole = len(content) <= LARGEST_LOGO and max(picture_size(content)) <= WIDEST_LOGO
    except BrokenPicture:
        whole = False
    if not whole:
        raise InvalidInput(
            "logo",
            f"A logo is a PNG, JPEG, GIF or WebP, whole, of at most {LARGEST_LOGO // 1000} kB and "
            f"{WIDEST_LOGO:,} pixels a side.",
        )


def set_logo(session: Session, actor: Actor, address: str, sha256: str, *, now: datetime) -> None:
    """Show this picture at the head of the mailbox's pages.

    :param sha256: its key in the blob store, where a picture of at most :data:`LARGEST_LOGO`
        stands; empty for no logo.
    :raises NotAllowed, NotFound:
    """
    mailbox = mailbox_to_change(session, actor, address)
    shown = ("a logo" if mailbox.logo_sha256 else "", "a logo" if sha256 else "")
    audit.record(
        session,
        actor,
        AuditKind.MAILBOX,
        mailbox.address,
        "logo",
        old=shown[0],
        new=shown[1],
        now=now,
    )
    mailbox.logo_sha256 = sha256


def set_survey(
    session: Session, actor: Actor, address: str, minutes: int | None, *, now: datetime
) -> None:
    """Ask the mailbox's customers how it was, so long after their ticket was resolved; or never.

    :raises NotAllowed, NotFound, InvalidInput:
    """
    if minutes is not None and not 0 <= minutes <= LONGEST_SURVEY_DELAY:
        raise InvalidInput("survey", f"Say 0 to {LONGEST_SURVEY_DELAY:,} minutes, or never.")
    mailbox = mailbox_to_change(session, actor, address)
    if minutes == mailbox.survey_minutes:
        return
    old, new = (
        "never" if value is None else f"{value} min" for value in (mailbox.survey_minutes, minutes)
    )
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, "survey", old=old, new=new, now=now
    )
    mailbox.survey_minutes = minutes
