"""Add an internal note: staff only see it, and nothing leaves but to staff whom it mentions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.mail_out import notifications
from helpdesk.mail_out.notifications import mentioned_staff, notify
from helpdesk.models import Comment, NotificationKind
from helpdesk.tickets.access import TicketRef, open_ticket_for_change
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import StoredFile, plain_body
from helpdesk.vocabulary import Source


def add_note(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    *,
    text: str,
    now: datetime,
    source: Source = Source.WEB,
    files: Iterable[StoredFile] = (),
    longest: int = validation.ANSWER_LENGTH,
) -> Comment:
    """An internal note on a ticket. Staff whom it names (``@mia``) are told by mail.

    :raises NotFound, InvalidInput, TicketMerged:
    :raises NotAllowed: the actor is not staff.
    """
    ticket = open_ticket_for_change(
        session, actor, ticket, staff_only="Only staff may write internal notes."
    )
    body = plain_body(validation.message(text, "comment", longest))
    draft = CommentDraft(actor.person_id, body, source, from_staff=True, internal=True, files=files)
    comment = add_comment(session, ticket, draft, now)
    if "@" in text:
        for person in mentioned_staff(text, notifications.active_staff(session)):
            notify(
                session,
                NotificationKind.MENTIONED,
                ticket,
                by_id=actor.person_id,
                comment_id=comment.id,
                person_id=person.id,
                now=now,
            )
    return comment
