"""The mails that wait in the spool of this machine, as far as their envelopes tell.

They have no row in the database yet: each is a file whose first line is the envelope, in JSON.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed

_LONGEST_ENVELOPE = 1024 * 1024


def page(actor: Actor, spool: Path, number: int, size: int) -> tuple[int, list[dict[str, Any]]]:
    """How many mails wait, and one page of them, newest first (names sort by time).

    :raises NotAllowed: the actor is not staff.
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may see the mails.")
    folder = spool / "new"
    names = (
        sorted((path.name for path in folder.iterdir()), reverse=True) if folder.exists() else []
    )
    shown = names[(number - 1) * size : number * size]
    mails = [_mail(folder / name) for name in shown]
    return len(names), [mail for mail in mails if mail is not None]


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
        "state": "waiting",
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
