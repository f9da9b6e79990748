"""Write into the admins' log what the operator did to mails by a command."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import AuditKind
from helpdesk.tickets import audit


def log_operator(session: Session, actor: Actor, verb: str, words: str, *, now: datetime) -> None:
    """Write one line: the command's verb, and what became of the mails.

    :raises NotAllowed: somebody else asks than the operator.
    """
    if not actor.operator:
        raise NotAllowed("This is for commands.")
    audit.record(session, actor, AuditKind.MAIL, verb, "done", new=words, now=now)
