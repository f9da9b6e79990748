"""Rate: whose request it was says how they found what was done for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.mail_out.notifications import notify
from helpdesk.models import HistoryField, NotificationKind, Ticket
from helpdesk.text import clean_text
from helpdesk.tickets.access import ticket_for_change
from helpdesk.tickets.history import record_change
from helpdesk.vocabulary import Grade, Role, Status, mark

COMMENT_LENGTH = 2000


def rate_ticket(
    session: Session, actor: Actor, ticket_id: int, grade: str, *, comment: str = "", now: datetime
) -> Ticket:
    """The ticket with its requester's rating. It may be given anew as long as the ticket is over.

    :param grade: the text of a :class:`helpdesk.vocabulary.Grade`.
    :raises NotFound, NotAllowed:
    :raises InvalidInput: no such grade, too long a comment, or the ticket is not over yet.
    """
    ticket = ticket_for_change(session, actor, ticket_id)
    if actor.role != Role.CUSTOMER or actor.person_id != ticket.requester_id:
        raise NotAllowed("This is for the one who asked to say.")
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        raise InvalidInput("grade", mark("You can rate this as soon as it is solved."))
    if not grade:
        raise InvalidInput("grade", mark("Please choose one of the three."))
    given = validation.member_of(Grade, grade, "grade")
    words = clean_text(comment)
    if len(words) > COMMENT_LENGTH:
        raise InvalidInput("comment", mark("Please keep this under 2,000 characters."))
    if (given, words) != (ticket.rating, ticket.rating_comment):
        record_change(session, ticket, actor, HistoryField.RATING, ticket.rating or "", given, now)
        ticket.rating, ticket.rating_comment, ticket.rated_at = given, words, now
        if given == Grade.BAD or words:  # what somebody should look at
            notify(
                session,
                NotificationKind.CUSTOMER_REPLIED,
                ticket,
                by_id=actor.person_id,
                by_button="rating",
                now=now,
            )
    return ticket
