"""Send a fresh tracking link, for one that does not work any more or was never at hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import correspondence, links
from helpdesk.db import secret_of
from helpdesk.models import Ticket


def send_fresh_link(session: Session, token: str, *, now: datetime) -> None:
    """Mail the link that works now to the requester of the ticket that an old one was for.

    Nothing comes back, and nothing is raised: who asks learns neither whether the link ever was
    ours, nor where the mail went. It goes to nobody but the ticket's own requester. Asked for with
    what the form shows (a glimpse), it carries none of the words that were typed there.
    """
    secret = secret_of(session)
    right = links.read_tracking_token(secret, token)
    glimpsed = links.read_glimpse_token(secret, token)
    named = right or glimpsed
    ticket = session.get(Ticket, named.ticket_id) if named else None
    if ticket is not None:
        correspondence.send_tracking_link(session, ticket, now, verified=right is not None)
