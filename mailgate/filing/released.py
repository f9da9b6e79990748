"""Mails that a person released from quarantine: read once more from raw, and filed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from helpdesk.actions.release_mail import file_released, released_mails
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.mail_in.incoming import Arrival, Incoming
from helpdesk.models import InboundMail
from helpdesk.tickets.content import StoredFile
from mailgate.filing.long_text import whole_mail
from mailgate.filing.outcomes import log_outcome
from mailgate.filing.stored_files import stored_files
from mailgate.parse.isolated import Reader
from mailgate.parse.pipe import ReadResult

log = structlog.get_logger(__name__)

TIME_LIMIT = 0.5
"""Seconds for one mail: a person let it through, but new mail must not wait for it."""

ToIncoming = Callable[[Session, Arrival, ReadResult, tuple[StoredFile, ...]], Incoming]


def file_all_released(
    database: Database, blobs: Blobs, now: datetime, to_incoming: ToIncoming
) -> int:
    """File what was released since the last look; returns how many mails were decided."""
    with database.asking() as session:
        rows = released_mails(session)
    if not rows:
        return 0
    with Reader(wall=TIME_LIMIT, second_pass=False) as reader:
        for row in rows:
            try:
                raw = blobs.get(row.raw_sha256)
            except NotFound:
                log.error("raw_mail_missing", mail=row.spool_name)
                continue
            result = reader.read(raw, null_sender=not row.envelope_from)
            files = _files(blobs, row, result)
            with database.transaction() as session:
                incoming = to_incoming(session, arrival_of(row), result, files)
                outcome = file_released(session, incoming, now=now)
            log_outcome(row.spool_name, outcome)
    return len(rows)


def arrival_of(row: InboundMail) -> Arrival:
    """How a mail came, from its row of the ledger."""
    return Arrival(
        spool_name=row.spool_name,
        raw_sha256=row.raw_sha256,
        size=row.size,
        same_key=row.same_key,
        has_identity=True,
        envelope_from=row.envelope_from,
        envelope_to=tuple(row.envelope_to),
        peer=row.peer,
        received_at=row.received_at,
        released_by=str(row.decision.get("released_by") or "someone"),
        imported=bool(row.decision.get("imported")),
    )


def _files(blobs: Blobs, row: InboundMail, result: ReadResult) -> tuple[StoredFile, ...]:
    """Its attachments; where it cannot be read at all, the whole mail as one."""
    if result.failure or result.interrupted:
        return (whole_mail(arrival_of(row)),)
    return stored_files(blobs, result.mail)
