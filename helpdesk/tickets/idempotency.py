"""Doing a thing once however often a program asks: the answer is kept under the key it chose."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
FIELD = "Idempotency-Key"
_OF_ANOTHER = "This key was used for another request; choose a new one."


@dataclass(frozen=True)
class KeptResponse:
    """What was answered, and whether it was answered before (``replayed``)."""

    response: dict[str, Any]
    replayed: bool


def answered_before(
    session: Session, person_id: int, key: str, request: dict[str, Any], now: datetime
) -> dict[str, Any] | None:
    """What was answered to this request under this key in the last 24 hours; None if nothing was.

    :raises InvalidInput: the key stood for another request.
    """
    known = session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.person_id == person_id,
            IdempotencyKey.key == key,
            IdempotencyKey.created_at > now - KEPT_FOR,
        )
    )
    if known is None:
        return None
    if known.request_hash != _hash(request):
        raise InvalidInput(FIELD, _OF_ANOTHER)
    return known.response


def once(
    session: Session,
    person_id: int,
    key: str,
    request: dict[str, Any],
    do: Callable[[], dict[str, Any]],
    now: datetime,
) -> KeptResponse:
    """Do a thing, unless it was done under this key in the last 24 hours.

    Of two transactions at once with the same key one fails with an ``IntegrityError`` (the key is
    unique); begun again, it finds the other's answer.

    :param request: what was asked, as plain JSON values.
    :param do: does it, and returns the answer as plain JSON values.
    :raises InvalidInput: the key stood for another request.
    """
    session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.person_id == person_id, IdempotencyKey.created_at <= now - KEPT_FOR
        )
    )
    asked = _hash(request)
    known = session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.person_id == person_id, IdempotencyKey.key == key
        )
    )
    if known is None:
        row = IdempotencyKey(
            person_id=person_id, key=key, request_hash=asked, response={}, created_at=now
        )
        session.add(row)
        # Before anything is done: whoever comes second waits here, or fails.
        session.flush()
        row.response = do()
        return KeptResponse(row.response, replayed=False)
    if known.request_hash != asked:
        raise InvalidInput(FIELD, _OF_ANOTHER)
    return KeptResponse(known.response, replayed=True)


def _hash(request: dict[str, Any]) -> str:
    return sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
