"""The anonymised copies that people asked for on a page: made beside the filing, one at a time."""

from __future__ import annotations

import structlog

from helpdesk.actions.report_parse import asked_reports, keep_report
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.errors import NotFound
from mailgate.parse.isolated import Reader
from mailgate.parse_report import report_parse

log = structlog.get_logger(__name__)

PATIENCE = 2.0
LARGEST = 8 * 1024 * 1024
"""Bytes: a larger mail's copy would keep new mail waiting. The command line makes it."""


def make_asked_reports(database: Database, blobs: Blobs) -> int:
    """Make what was asked for since the last look; returns how many."""
    with database.reading() as session:
        asked = asked_reports(session)
    if not asked:
        return 0
    with Reader(wall=PATIENCE, second_pass=False) as reader:
        for report_id, key in asked:
            copy = ""
            differences: tuple[str, ...] = ()
            try:
                raw = blobs.get(key)
                if len(raw) <= LARGEST:
                    made = report_parse(reader, raw)
                    copy, differences = blobs.put(made.copy), made.differences
            except NotFound:
                log.error("a mail's raw bytes are missing", report=report_id)
            with database.transaction() as session:
                keep_report(session, report_id, copy, differences)
    return len(asked)
