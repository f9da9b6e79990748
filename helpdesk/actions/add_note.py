"""Add an internal note: staff only see it, and nothing leaves but to staff whom it mentions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import notices, timeline, validation
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.merged import check_goes_on_here
from helpdesk.models import Comment
from helpdesk.timeline import StoredFile


def add_note(
    session: Session,
    actor: Actor,
    ticket_id: int,
    *,
    text: str,
    now: datetime,
    source: str = "web",
    files: Iterable[StoredFile] = (),
    longest: int = validation.ANSWER_LENGTH,
) -> Comment:
    """An internal note on a ticket. Staff whom it names (``@mia``) are told by mail.

    :raises NotFound, InvalidInput, TicketMerged:
    :raises NotAllowed: the actor is not staff.
    """
    ticket = timeline.ticket_to_change(session, ticket_id, actor)
    if not actor.is_staff:
        raise NotAllowed("Only staff may write internal notes.")
    check_goes_on_here(session, ticket)
    comment = timeline.add_comment(
        session,
        ticket,
        author_id=actor.person_id,
        body=timeline.plain_body(validation.message(text, "comment", longest)),
        source=source,
        from_staff=True,
        internal=True,
        files=files,
        now=now,
    )
    if "@" in text:
        for person in notices.mentioned(text, notices.active_staff(session)):
            notices.note(
                session,
                "mentioned",
                ticket,
                by_id=actor.person_id,
                comment_id=comment.id,
                person_id=person.id,
                now=now,
            )
    return comment
