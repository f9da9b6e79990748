"""``postdesk ledger``: where every accepted mail is."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk.actions.take_pack import take_pack
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.mailgate.filing.mails import file_all, filer_of, put, write
from tests.support.factories import make_shop
from tests.support.gateways import Pair, pair
from web.pack_file import pack_pieces

__all__ = ["pair"]


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


@pytest.mark.databases("postgresql")  # with SQLite all is on one machine
def test_gateways_that_take_or_file_no_mail_are_named(pair: Pair, postdesk: Postdesk) -> None:
    first, second = pair
    for one in pair:
        one.tells()
    assert "troubles" not in json.loads(postdesk("ledger", "--json").stdout)
    first.was_last_heard(timedelta(seconds=13))
    first.tells("door")
    second.has_full_disk()
    told = json.loads(postdesk("ledger", "--json").stdout)
    assert told["troubles"] == {"mx1": "its filer stopped", "mx2": "its disk is full"}
    assert "gateway mx1: its filer stopped\n" in postdesk("ledger").stdout


def test_a_spool_that_cannot_be_read_is_said_in_one_line(
    database: Database, settings: Settings, postdesk: Postdesk
) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.spool_dir.write_text("a file where the folder belongs")
    assert "spool" in said(postdesk("ledger"))


def test_a_dispute_pack_is_compared_with_it(
    database: Database, settings: Settings, postdesk: Postdesk, tmp_path: Path
) -> None:
    shop = make_shop(database)
    spool = Spool(settings.spool_dir)
    with filer_of(settings, database) as filer:
        put(spool, write("One"))
        file_all(filer, spool)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, 1)
        at = ticket.created_at + timedelta(hours=1)
        pack = take_pack(session, shop.agent, ticket.number, now=at)
    path = tmp_path / "pack.zip"
    content = b"".join(pack_pieces(pack, "<!doctype html>", Blobs(settings.blob_url)))
    path.write_bytes(content)
    done = postdesk("ledger", "verify-pack", str(path))
    assert (done.exit_code, "is as it was taken" in done.stdout) == (0, True)
    path.write_bytes(content.replace(b"inbound/0001.json", b"inbound/0009.json"))
    assert "is missing" in said(postdesk("ledger", "verify-pack", str(path))) or "added" in said(
        postdesk("ledger", "verify-pack", str(path))
    )
    path.write_bytes(b"no zip file")
    assert "is no dispute pack" in said(postdesk("ledger", "verify-pack", str(path)))
