"""The mailboxes on disk, for an SMTP server without a database."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from helpdesk.links import reply_token
from helpdesk.mail_addresses import MailAddresses
from mailgate.spool.mailbox_snapshot import (
    SNAPSHOT,
    Mailboxes,
    Snapshot,
    refresh_forever,
    renew_snapshot,
    write_snapshot,
)
from tests.support.servers import wait_until

SUPPORT = "support@shop.example"


def test_mailboxes_answer_for_their_tags_in_any_case() -> None:
    mailboxes = Mailboxes([SUPPORT, "hilfe@käufe.example"])
    assert mailboxes.match("Support+Tag", "SHOP.example") == SUPPORT
    assert mailboxes.match("hilfe", "xn--kufe-loa.example") == "hilfe@käufe.example"
    assert mailboxes.match("prvs=0123abcdef=Support+Tag", "shop.example") == SUPPORT
    assert mailboxes.match("prvs=0123abcdef=sales", "shop.example") is None
    assert mailboxes.match("sales", "shop.example") is None
    assert mailboxes.has_domain("Shop.Example")
    assert not mailboxes.has_domain("other.example")
    assert mailboxes.only is None
    assert Mailboxes([SUPPORT]).only == SUPPORT


def test_a_snapshot_that_is_gone_or_broken_leaves_the_last_good_one(tmp_path: Path) -> None:
    path = tmp_path / SNAPSHOT
    snapshot = Snapshot(path)
    snapshot.reload()
    assert snapshot.current is None
    write_snapshot(path, [SUPPORT])
    snapshot.reload()
    assert snapshot.current is not None
    for spoil in (lambda: path.write_text("{"), path.unlink):
        spoil()
        snapshot.reload()
        assert snapshot.current.match("support", "shop.example") == SUPPORT


def test_only_where_an_smtp_server_ran_is_a_snapshot_renewed(tmp_path: Path) -> None:
    path = tmp_path / SNAPSHOT
    renew_snapshot(path, [SUPPORT])
    assert not path.exists()
    write_snapshot(path, [])
    renew_snapshot(path, [SUPPORT])
    assert SUPPORT in path.read_text()


def test_the_snapshot_follows_the_database_and_outlives_it(tmp_path: Path) -> None:
    path = tmp_path / "spool" / SNAPSHOT
    stop = threading.Event()
    database = [SUPPORT]
    calls = 0

    def addresses() -> list[str]:
        found: list[str] = json.loads(path.read_text())["addresses"]
        return found

    def load_them() -> list[str]:
        nonlocal calls
        calls += 1
        if not database:
            raise ConnectionError("the database is down")
        return database

    thread = threading.Thread(
        target=refresh_forever, args=(load_them, path, stop), kwargs={"every": 0.01}
    )
    thread.start()
    try:
        wait_until("it is written", lambda: path.exists() and addresses() == [SUPPORT])
        written = path.stat().st_mtime_ns
        database.append("orders@shop.example")
        wait_until("it follows", lambda: addresses() == ["orders@shop.example", SUPPORT])
        assert path.stat().st_mtime_ns > written
        database.clear()
        seen = calls
        wait_until("it was asked in vain", lambda: calls > seen + 3)
        assert len(addresses()) == 2
        database.append("new@shop.example")
        wait_until("it follows again", lambda: addresses() == ["new@shop.example"])
    finally:
        stop.set()
        thread.join()


def test_a_snapshot_keeps_all_that_is_known_and_an_older_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / SNAPSHOT
    known = MailAddresses(
        frozenset({SUPPORT, "orders@shop.example"}),
        receives={"in@inbound.example": SUPPORT},
        paused=frozenset({"orders@shop.example"}),
        gone={"old@shop.example": SUPPORT},
        open_tickets={7: 1},
    )
    stop = threading.Event()
    stop.set()
    refresh_forever(lambda: known, path, stop)
    written = path.stat().st_mtime_ns
    refresh_forever(lambda: known, path, stop)
    assert path.stat().st_mtime_ns == written, "nothing changed, so nothing is written"
    snapshot = Snapshot(path, keys=("s" * 40,))
    snapshot.reload()
    current = snapshot.current
    assert current is not None
    assert current.match("in", "inbound.example") == SUPPORT
    assert current.is_paused("orders@shop.example")
    assert current.match("old", "shop.example") is None
    token = reply_token("s" * 40, 7, 1, 1)
    assert current.match_answer(f"old+{token}", "shop.example", bounce=False) == SUPPORT
    path.write_text(json.dumps({"addresses": [SUPPORT], "made_at": ""}))
    snapshot.reload()
    assert snapshot.current is not None
    assert snapshot.current.match("support", "shop.example") == SUPPORT
