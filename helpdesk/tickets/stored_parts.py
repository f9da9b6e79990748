"""Which stored files a raw mail in the store cannot do without."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk.models import InboundMail, StoredPart
from helpdesk.rows import insert_later


def note_stored_parts(session: Session, whole: str, parts: Collection[str]) -> None:
    """Have these files stay in the store while a raw mail does.

    :param whole: the key of the raw mail.
    """
    made = _insert_of(session.get_bind().dialect.name)
    for part in sorted({*parts}):
        values = {"whole_sha256": whole, "part_sha256": part}
        insert_later(session, StoredPart.__tablename__, made, values)


@cache
def _insert_of(dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(StoredPart).on_conflict_do_nothing()


def forget_stored_parts(session: Session, wholes: Collection[str]) -> list[str]:
    """Let go of the parts of raw mails that are gone from the store; return the keys of those.

    A mail that came again meanwhile keeps them.
    """
    kept = select(InboundMail.raw_sha256).where(InboundMail.raw_sha256.in_(wholes))
    gone = StoredPart.whole_sha256.in_(wholes), StoredPart.whole_sha256.not_in(kept)
    parts = session.scalars(select(StoredPart.part_sha256).where(*gone)).all()
    if parts:
        session.execute(
            delete(StoredPart).where(*gone).execution_options(synchronize_session=False)
        )
    return sorted({*parts})
