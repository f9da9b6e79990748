"""``postdesk ledger``: where every accepted mail is."""

from __future__ import annotations

import json

from helpdesk.db import Database
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.mailgate.filing.mails import file_all, filer_of, put, write
from tests.support.factories import make_shop


def test_it_counts_what_waits_and_what_was_decided(
    database: Database, settings: Settings, postdesk: Postdesk
) -> None:
    make_shop(database)
    spool = Spool(settings.spool_dir)
    with filer_of(settings, database) as filer:
        for raw in (write("One"), write("One"), b"Subject: from nobody\r\n\r\nx"):
            put(spool, raw)
        file_all(filer, spool)
    put(spool, write("Two"))
    done = postdesk("ledger", "--json")
    assert json.loads(done.stdout) == {
        "accepted": 4,
        "waiting": 1,
        "filed": 1,
        "held": 1,
        "set_aside": 1,
        "difference": 0,
    }
    assert done.exit_code == 0
    assert "It names no sender who could be answered." in postdesk("ledger").stdout


def test_a_mail_that_is_nowhere_is_shown_and_fails(
    database: Database, settings: Settings, postdesk: Postdesk
) -> None:
    spool = Spool(settings.spool_dir)
    spool.path(put(spool, write())).unlink()
    done = postdesk("ledger", "--json")
    assert (json.loads(done.stdout)["difference"], done.exit_code) == (1, 1)


def test_a_spool_that_cannot_be_read_is_said_in_one_line(
    database: Database, settings: Settings, postdesk: Postdesk
) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.spool_dir.write_text("a file where the folder belongs")
    assert "spool" in said(postdesk("ledger"))
