"""A mail that no page could show is cut, and kept whole beside its text."""

from __future__ import annotations

import pytest

from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.mailgate.filing.mails import (
    attachments,
    comments,
    file_all,
    filer_of,
    put,
    recorded,
    write,
)
from tests.support.factories import make_shop

pytestmark = pytest.mark.databases("sqlite")


def test_a_mail_too_long_for_a_page_is_cut_and_attached_whole(
    settings: Settings, database: Database
) -> None:
    make_shop(database)
    spool = Spool(settings.spool_dir)
    quoted = "On Mon, 23 Nov 2026 at 10:00, Shop wrote:\n" + "> a line that was quoted\n" * 20_000
    raw = write(
        text="My kettle leaks a lot.\n" * 20_000 + quoted, html="<p>It leaks.</p>" * 200_000
    )
    with filer_of(settings, database) as filer:
        put(spool, raw)
        put(spool, write(text="As long as a letter may be.\n" * 3_000, sender="bob@mail.example"))
        file_all(filer, spool)
    long, short = sorted(comments(database), key=lambda one: -len(one.text))
    parts = (long.text, long.reply_text, long.quoted_text, long.signature_text)
    assert max(map(len, parts)) < 101_000
    assert "all of it is in the file" in long.text
    assert long.html is None
    [file] = attachments(database)
    assert (file.comment_id, file.filename) == (long.id, "original mail.eml")
    assert Blobs(settings.blob_url).get(file.sha256) == raw
    assert "too long" in str([one.defects for one in recorded(database)])
    assert short.text.count("letter") == 3_000
