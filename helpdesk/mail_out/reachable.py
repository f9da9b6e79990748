"""Whether a mail of Postdesk itself may go to an address at all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.addr_spec import can_be_answered
from helpdesk.tickets.mailboxes import is_ours


def may_be_mailed(session: Session, address: str) -> bool:
    """Whether notifications, alarms and links may go there.

    Not to a mailbox of ours: a helpdesk that tells itself of what comes in would never end, and a
    link would end on a ticket, for others to read. Not to this machine by name, where the first
    admin's address is: no relay can bring it there.
    """
    return can_be_answered(address) and not is_ours(session, address)
