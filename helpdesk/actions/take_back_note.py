"""Take back an internal note of one's own: it was for staff alone, and is not needed any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.take_back import TakenBack, files_of
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import Comment
from helpdesk.tickets.access import check_staff, known_id, open_ticket_for_change
from helpdesk.tickets.comments import is_plain_note
from helpdesk.tickets.notes import hide_note
from helpdesk.vocabulary import MessageKind


def take_back_note(session: Session, actor: Actor, comment_id: int, *, now: datetime) -> TakenBack:
    """Take a note out of the conversation; the history says that there was one.

    Colleagues whom it names are told nothing, as far as they were not told yet.

    :returns: what it was, to be written on.
    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such message.
    :raises InvalidInput: (``note``) it is no note of theirs.
    :raises TicketMerged:
    """
    check_staff(actor, "Only staff may take a note back.")
    comment = session.get(Comment, known_id(comment_id), with_for_update=True)
    if comment is None or comment.kind == MessageKind.TAKEN_BACK:
        raise NotFound("There is no such message.")
    if not is_plain_note(comment) or comment.author_id != actor.person_id:
        raise InvalidInput("note", "Only a note of your own can be taken back.")
    ticket = open_ticket_for_change(session, actor, comment.ticket_id)
    hide_note(session, actor, ticket, comment, now)
    return TakenBack(ticket.number, comment.text, "", files_of(comment), is_note=True)
