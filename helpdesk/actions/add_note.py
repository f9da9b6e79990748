"""Add an internal note: staff only see it, and nothing leaves but to staff whom it mentions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.mail_out.notifications import notify, staff_on
from helpdesk.models import Comment, NotificationKind, Ticket
from helpdesk.tickets.access import TicketRef, open_ticket_for_change
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import StoredFile, plain_body
from helpdesk.tickets.mentions import (
    DoubtfulName,
    Mentions,
    UnclearNames,
    handles_of,
    mentions_in,
    with_name_chosen,
)
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
    """An internal note on a ticket. Staff whom it names (``@mia``) are told by mail. What
    :func:`unclear_names` finds in it names nobody, and stops nothing.

    :raises NotFound, InvalidInput, TicketMerged:
    :raises NotAllowed: the actor is not staff.
    """
    ticket = open_ticket_for_change(
        session, actor, ticket, staff_only="Only staff may write internal notes."
    )
    body = plain_body(validation.message(text, "comment", longest))
    draft = CommentDraft(actor.person_id, body, source, from_staff=True, internal=True, files=files)
    comment = add_comment(session, ticket, draft, now)
    for person in _mentions(session, ticket, text).people:
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


def unclear_names(session: Session, ticket: Ticket, text: str) -> tuple[DoubtfulName, ...]:
    """The names in a note (``@mia``) that are nobody's of those who may see the ticket, or that
    several of them share.
    """
    return _mentions(session, ticket, text).doubtful


def check_names(session: Session, ticket: Ticket, text: str) -> None:
    """See that each name in a note is clear, before it is added.

    :raises UnclearNames: with those that are not.
    """
    if doubtful := unclear_names(session, ticket, text):
        raise UnclearNames(doubtful)


def choose_name(session: Session, ticket: Ticket, text: str, name: str, person_id: int) -> str:
    """The note with a name that several share written so that it names this one of staff.

    :returns: the note as it is, where there is no such person.
    """
    handle = handles_of(staff_on(session, ticket)).get(person_id)
    return with_name_chosen(text, name, handle) if handle else text


def _mentions(session: Session, ticket: Ticket, text: str) -> Mentions:
    return mentions_in(text, staff_on(session, ticket) if "@" in text else ())
