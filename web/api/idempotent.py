"""Making something once, however often it is asked for with the same key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.tickets import idempotency
from helpdesk.tickets.idempotency import KeptResponse
from web.api.access import actor
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now

Answered = tuple[Serialized, int, dict[str, str]]


def once(
    headers: dict[str, str], asked: dict[str, Any], do: Callable[[Session], Serialized]
) -> tuple[Serialized, dict[str, str]]:
    """Do it in a transaction, or give the first answer to this key again; with the headers.

    :param asked: what is done, and to what: the same key with another is refused.
    :param do: gives the answer as plain JSON values.
    """
    who, key = actor(), headers.get("idempotency_key", "")

    def work(session: Session) -> KeptResponse:
        if not key or who.person_id is None:
            return KeptResponse(do(session), replayed=False)
        return idempotency.once(session, who.person_id, key, asked, lambda: do(session), now())

    answer = in_transaction(work)
    return answer.response, {"Idempotent-Replayed": "true"} if answer.replayed else {}
