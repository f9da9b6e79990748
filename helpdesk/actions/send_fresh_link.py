"""Send a fresh tracking link, for one that does not work any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import correspondence, links
from helpdesk.db import secret_of
from helpdesk.models import Ticket


def send_fresh_link(session: Session, token: str, *, now: datetime) -> None:
    """Mail the link that works now to the requester of the ticket that an old one was for.

    Nothing comes back, and nothing is raised: who asks learns neither whether the link ever was
    ours, nor where the mail went. It goes to nobody but the ticket's own requester.
    """
    right = links.read_tracking_token(secret_of(session), token)
    ticket = session.get(Ticket, right.ticket_id) if right else None
    if ticket is not None:
        correspondence.send_tracking_link(session, ticket, now)
