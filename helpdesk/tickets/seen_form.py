"""What somebody saw of a thing that several people change by a form, and whether it is still so.

A form carries what it showed, one short sum for each value. What saves it looks, with the thing
locked, whether somebody else saved it meanwhile: the last one shall not win without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2s

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.errors import ChangedMeanwhile
from helpdesk.models import AuditEntry, AuditKind

_BYTES = 6


def seen_of(words: Mapping[str, str]) -> str:
    """What a form carries that shows this.

    :param words: what can be changed of the thing, in words, each under its name in the log.
    """
    return "-".join(_sum(name, text) for name, text in words.items())


def changed_since(seen: str | None, words: Mapping[str, str]) -> dict[str, str]:
    """What is no longer as it was seen, with what stands there.

    :param seen: what the form carries; None where nothing was seen, as by programs.
    :param words: as the thing stands now: see :func:`seen_of`.
    """
    if seen is None:
        return {}
    sums = set(seen.split("-"))
    return {name: text for name, text in words.items() if _sum(name, text) not in sums}


def check_seen(
    session: Session,
    seen: str | None,
    words: Mapping[str, str],
    kind: AuditKind,
    subject: str,
) -> None:
    """Refuse to save what was changed since it was seen. The thing is locked already.

    :param seen: what the form carries; None where nothing was seen, as by programs.
    :param words: as the thing stands now: see :func:`seen_of`.
    :param subject: what the log calls it.
    :raises ChangedMeanwhile:
    """
    now = changed_since(seen, words)
    if not now:
        return
    # Who renamed it is logged under the name that it had.
    is_it = or_(AuditEntry.subject == subject, AuditEntry.new_value == subject)
    entry = session.scalar(
        select(AuditEntry)
        .options(joinedload(AuditEntry.actor))
        .where(AuditEntry.kind == kind, is_it, AuditEntry.field.in_(list(now)))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    raise ChangedMeanwhile(
        now,
        seen_of(words),
        by=(entry.actor.shown_name if entry.actor else entry.operator) if entry else "",
        by_id=entry.actor_id if entry else None,
        at=entry.created_at if entry else None,
    )


def _sum(name: str, text: str) -> str:
    return blake2s(f"{name}\0{text}".encode(), digest_size=_BYTES).hexdigest()
