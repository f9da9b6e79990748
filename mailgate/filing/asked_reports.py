"""The anonymised copies that people asked for on a page: made while mails are filed, one at a time.

What a stranger wrote can make the work slow or break it, so it is done by processes of its own; and
what could not be made once is not tried again, or one mail would keep all others from being filed.
"""

from __future__ import annotations

import structlog

from helpdesk.actions.report_parse import asked_reports, keep_report
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.errors import NotFound
from mailgate.anonymise.apart import NoCopyError, anonymise_apart
from mailgate.anonymise.parse_report import compare
from mailgate.parse.isolated import Reader

log = structlog.get_logger(__name__)

TIME_LIMIT = 2.0
LARGEST = 8 * 1024 * 1024
"""Bytes: a larger mail's copy takes minutes. The command line makes it."""


def are_reports_asked(database: Database) -> bool:
    """Whether there is anything to make."""
    with database.asking() as session:
        return bool(asked_reports(session, limit=1))


def make_asked_reports(database: Database, blobs: Blobs) -> int:
    """Make what was asked for since the last look; returns how many."""
    with database.reading() as session:
        asked = asked_reports(session)
    if not asked:
        return 0
    with Reader(wall=TIME_LIMIT, second_pass=False) as reader:
        for report_id, key in asked:
            copy, differences = _copy_of(blobs, reader, key, report_id)
            with database.transaction() as session:
                keep_report(session, report_id, copy, differences)
    return len(asked)


def _copy_of(blobs: Blobs, reader: Reader, key: str, report_id: int) -> tuple[str, tuple[str, ...]]:
    """Return the key of a mail's anonymised copy and what differs in it; an empty key for none."""
    try:
        raw = blobs.get(key)
        if len(raw) <= LARGEST:
            made = compare(reader, raw, anonymise_apart(raw))
            return blobs.put(made.copy), made.differences
    except NotFound:
        log.error("raw_mail_missing", report=report_id)
    except NoCopyError as problem:
        log.warning("mail_not_copied", report=report_id, cause=type(problem).__name__)
    return "", ()
