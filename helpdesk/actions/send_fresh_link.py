"""Send a fresh tracking link, for one that does not work any more or was never at hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.db import keys_of
from helpdesk.errors import NotFound
from helpdesk.mail_out import ticket_mails
from helpdesk.models import Person, Ticket
from helpdesk.queries.followed_link import person_on
from helpdesk.tickets.merged import current_ticket


def send_fresh_link(session: Session, token: str, *, now: datetime) -> None:
    """Mail the link that works now to whom an old one was mailed, if they are still on the ticket.

    Nothing comes back, and nothing is raised: who asks learns neither whether the link ever was
    ours, nor where the mail went. Asked for from the limited view, it goes to the requester, and
    carries none of the words that were typed there.
    """
    keys = keys_of(session)
    right = links.read_tracking_token(keys, token)
    named = right or links.read_limited_view_token(keys, token)
    ticket = session.get(Ticket, named.ticket_id) if named else None
    if ticket is None:
        return
    mailed_to = ticket.requester_id
    if right is not None and right.person_id is not None:
        mailed_to = right.person_id
    now_on = current_ticket(session, ticket.id)
    try:
        person_id = person_on(session, now_on, mailed_to)
    except NotFound:
        return
    person = session.get_one(Person, person_id)
    ticket_mails.send_tracking_link(session, now_on, person, now, verified=right is not None)
