"""The mails that wait: those in the spool of this machine, and those that a person released.

The former have no row in the database yet: each is a file whose first line is the envelope, in
JSON.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import InboundState
from helpdesk.queries.ledger import already_recorded, waiting_names
from helpdesk.queries.mails import inbound_page
from web.api import serializers

_LONGEST_ENVELOPE = 1024 * 1024


def page(
    session: Session, actor: Actor, spool: Path, number: int, size: int
) -> tuple[int, list[dict[str, Any]]]:
    """How many mails wait, as the ledger counts them, and one page of them.

    First those of the spool, newest first (names sort by time), then those that were released.

    :raises NotAllowed: the actor is not staff.
    """
    released = inbound_page(session, actor, InboundState.WAITING, page_size=number * size)
    # What waits in the spool is of no mailbox yet.
    names = waiting_names(spool) if actor.sees_all else []
    names = sorted(set(names) - already_recorded(session, names), reverse=True)
    first, last = (number - 1) * size, number * size
    mails = [_mail(spool / "new" / name) for name in names[first:last]]
    found = [mail for mail in mails if mail is not None]
    rows = released.mails[max(first - len(names), 0) : max(last - len(names), 0)]
    return len(names) + released.count, found + [serializers.inbound(row) for row in rows]


def _mail(path: Path) -> dict[str, Any] | None:
    """A waiting mail; None where it was filed while we looked."""
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST_ENVELOPE)
            size = path.stat().st_size - len(line)
    except FileNotFoundError:
        return None
    try:
        envelope = json.loads(line)
        received_at = datetime.fromisoformat(envelope["received_at"])
        sender, recipients = str(envelope["mail_from"]), [str(to) for to in envelope["rcpt_tos"]]
    except (ValueError, TypeError, KeyError):
        received_at, sender, recipients = None, "", []
    return {
        "id": None,
        "state": InboundState.WAITING,
        "reason": "" if received_at else "Its envelope cannot be read.",
        "received_at": received_at,
        "sender": sender,
        "to": recipients,
        "subject": "",
        "message_id": None,
        "kind": "message",
        "size": max(size, 0),
        "ticket_number": None,
    }
