"""Mails read side by side and their senders checked: none waits for another, none is forgotten."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk.blobs import Blobs
from helpdesk.db import Database, connect
from helpdesk.models import Comment, InboundMail
from helpdesk.settings import Settings
from mailgate.authenticate import Authenticator, Resolver, pool
from mailgate.authenticate.resolver import Kind
from mailgate.filing import read_pool
from mailgate.filing.filer import Filer
from mailgate.filing.read_pool import AT_HAND, LARGE, ReadPool
from mailgate.filing.waiting_mails import MOST_TRIES, REST, WaitingMails, WaitingStage
from mailgate.parse.pipe import ReadResult
from mailgate.parse.reader import read_mail
from mailgate.spool.spool import Envelope, Spool, SpooledMail
from tests.conftest import MakeSettings
from tests.mailgate.authenticate.zone import (
    ENVELOPE,
    TEXT,
    SlowZone,
    Zone,
    envelope,
    signed,
    zone_with_key,
)
from tests.mailgate.filing.mails import NOW, put, write
from tests.support.factories import make_shop
from tests.support.servers import wait_until
from tests.support.warm_children import kept_children

HERE = envelope(peer="127.0.0.1")
ANSWER = TEXT.replace(b"Message-ID: <one@", b"In-Reply-To: <one@example.com>\r\nMessage-ID: <two@")


class Gateway:
    """A spool, a filer over it, and the zone that it asks."""

    def __init__(self, database: Database, spool: Spool, blobs: Blobs, auth: Authenticator) -> None:
        self.database = database
        self.spool = spool
        self.authenticator = auth
        self.filer = Filer(spool, database, blobs, auth)

    def take(self, raw: bytes, via: Envelope = ENVELOPE) -> str:
        writer = self.spool.begin(via)
        writer.write(raw)
        return writer.commit()

    def file(self, *names: str, within: float = 30) -> list[InboundMail]:
        """File until these mails are, and return their rows in that order."""
        until = time.monotonic() + within
        while True:
            self.filer.file_some()
            with self.database.reading() as session:
                rows = list(session.scalars(select(InboundMail)))
                session.expunge_all()
            found = {row.spool_name: row for row in rows}
            if all(name in found for name in names):
                return [found[name] for name in names]
            assert time.monotonic() < until, "not filed in time"
            time.sleep(0.01)

    def comment(self, row: InboundMail) -> Comment:
        with self.database.reading() as session:
            comment = session.get_one(Comment, row.comment_id)
            session.expunge_all()
            return comment


OpenGateway = Callable[..., Gateway]


@pytest.fixture
def open_gateway(make_settings: MakeSettings, database_url: str) -> Iterator[OpenGateway]:
    gateways: list[Gateway] = []

    def make(resolver: Resolver, **changed: str) -> Gateway:
        settings = make_settings(**{"DATABASE_URL": database_url, "AUTH": "own", **changed})
        database = connect(settings)
        make_shop(database)
        authenticator = Authenticator(settings, resolver)
        blobs = Blobs(settings.blob_url)
        gateways.append(Gateway(database, Spool(settings.spool_dir), blobs, authenticator))
        return gateways[-1]

    with kept_children():
        yield make
    for gateway in gateways:
        gateway.filer.close()
        gateway.spool.close()
        gateway.database.dispose()


def _mail(number: int) -> bytes:
    return TEXT.replace(b"one@", f"m{number}@".encode()).replace(b"leaks", b"l%dks" % number)


def test_a_proven_sender_joins_and_bears_no_mark(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(zone_with_key(dmarc="p=reject"))
    (first,) = gateway.file(gateway.take(signed()))
    answer = TEXT.replace(
        b"Message-ID: <one@", b"In-Reply-To: <one@example.com>\r\nMessage-ID: <two@"
    )
    (second,) = gateway.file(gateway.take(signed(answer)))
    assert (first.state, second.state) == ("filed", "filed")
    assert second.ticket_id == first.ticket_id
    assert second.decision["level"] == "V2"
    assert not gateway.comment(second).unverified
    found = second.decision["authentication"]
    assert (found["verdict"], found["dkim"], found["dmarc"]) == ("pass", "pass", "pass")
    assert found["reasons"] == ["The signature of example.com holds (DKIM)."]


def test_what_fails_is_held_where_its_domain_asks_for_it(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(zone_with_key(dmarc="p=reject", spf="-all"))
    (first,) = gateway.file(gateway.take(signed()))
    forged = TEXT.replace(
        b"Message-ID: <one@", b"In-Reply-To: <one@example.com>\r\nMessage-ID: <x@"
    )
    (row,) = gateway.file(gateway.take(forged))
    assert (row.state, row.ticket_id) == ("held", None)
    assert row.reason == (
        "It fails the check of its sender, and example.com asks that such mail "
        "not be taken for its own (DMARC, p=reject)."
    )
    assert row.decision["authentication"]["policy"] == "reject"
    assert first.ticket_id is not None


def test_what_fails_elsewhere_is_filed_apart_and_marked(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(zone_with_key(dmarc="p=none", spf="-all"))
    (first,) = gateway.file(gateway.take(signed()))
    forged = TEXT.replace(
        b"Message-ID: <one@", b"In-Reply-To: <one@example.com>\r\nMessage-ID: <x@"
    )
    (row,) = gateway.file(gateway.take(forged))
    assert (row.state, row.decision["level"]) == ("filed", "fail")
    assert row.ticket_id != first.ticket_id
    assert gateway.comment(row).unverified


def test_a_proof_of_nothing_is_marked(open_gateway: OpenGateway) -> None:
    zone = Zone()
    gateway = open_gateway(zone)
    (row,) = gateway.file(gateway.take(TEXT, HERE))
    assert (row.state, row.decision["level"]) == ("filed", "V0")
    assert gateway.comment(row).unverified
    assert row.decision["authentication"]["verdict"] == "none"
    assert zone.asked == []


def test_a_large_mail_is_checked_too(open_gateway: OpenGateway) -> None:
    gateway = open_gateway(zone_with_key())
    raw = signed(TEXT + b"a line of some length\r\n" * 92_000)
    assert len(raw) > 2 * 1024 * 1024
    (row,) = gateway.file(gateway.take(raw, HERE), within=30)
    assert row.decision["authentication"]["verdict"] == "pass"


def test_slow_dns_delays_no_other_mail(
    open_gateway: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "SECONDS", 60.0)
    zone = SlowZone()
    gateway = open_gateway(zone)
    slow = [gateway.take(_mail(number)) for number in range(20)]
    quick = [gateway.take(_mail(number), HERE) for number in range(20, 28)]
    rows = gateway.file(*quick, within=30)
    assert {row.state for row in rows} == {"filed"}
    with gateway.database.reading() as session:
        assert len(list(session.scalars(select(InboundMail)))) == len(quick)
    assert gateway.spool.waiting_count() == len(slow)
    zone.answer.set()
    rows = gateway.file(*slow)
    assert {row.decision["authentication"]["verdict"] for row in rows} == {"none"}
    assert gateway.spool.waiting_count() == 0


def test_dns_that_never_answers_costs_four_seconds_in_all(
    open_gateway: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "SECONDS", 0.5)

    class Deaf(SlowZone):
        def resolve(self, name: str, kind: Kind, timeout: float) -> Sequence[str]:
            self.answer.wait(20)  # does not even heed its own deadline
            return ()

    zone = Deaf()
    gateway = open_gateway(zone)
    try:
        rows = gateway.file(*[gateway.take(_mail(number)) for number in range(20)], within=15)
    finally:
        zone.answer.set()
    verdicts = {row.decision["authentication"]["verdict"] for row in rows}
    assert verdicts == {"unknown"}
    assert {row.state for row in rows} == {"filed"}


def test_sixteen_are_looked_up_at_a_time(open_gateway: OpenGateway) -> None:
    inside: list[int] = [0, 0]
    lock = threading.Lock()

    class Counting(Zone):
        def resolve(self, name: str, kind: Kind, timeout: float) -> Sequence[str]:
            with lock:
                inside[0] += 1
                inside[1] = max(inside)
            time.sleep(0.05)
            with lock:
                inside[0] -= 1
            return ()

    gateway = open_gateway(Counting())
    gateway.file(*[gateway.take(_mail(number)) for number in range(20)])
    assert 2 <= inside[1] <= 16


class FullDisk(Blobs):
    """A store that takes nothing until there is room."""

    refused = 0
    room = False

    def put(self, content: bytes) -> str:
        if self.room:
            return super().put(content)
        self.refused += 1
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_large_mails_that_meet_a_full_disk_are_all_read_again(make_settings: MakeSettings) -> None:
    settings = make_settings(AUTH="off")
    spool, blobs, waiting = Spool(settings.spool_dir), FullDisk(settings.blob_url), WaitingMails()
    pool = ReadPool(spool, blobs, Authenticator(settings), waiting, lambda: NOW)
    names = [put(spool, write(f"Large {n}", files=[("a.bin", b"x" * LARGE)])) for n in range(2)]

    def told(refused: int) -> bool:
        with suppress(OSError):
            pool.prepare(10, 0)
        return blobs.refused >= refused

    while waiting.count(WaitingStage.IN_SLOW_POOL) < 2:
        told(0)
    wait_until("both met the full disk", lambda: told(2))
    wait_until("both met it again", lambda: told(4))
    assert waiting.count(WaitingStage.READY) == 0
    blobs.room = True

    def ready() -> bool:
        with suppress(OSError):
            pool.prepare(10, 0)
        return len(waiting.ready()) == 2

    wait_until("both are ready", ready)
    assert sorted(mail.name for mail in waiting.ready()) == names
    assert not pool.busy
    pool.close()


def test_a_mail_that_cannot_be_read_nor_held_is_left_alone_for_a_while(
    make_settings: MakeSettings,
) -> None:
    spool, waiting, pool = _pool(make_settings(AUTH="off"))
    name = "0000000000000001.0000001.00000001"
    spool.path(name).mkdir()  # a folder: no file can be read there
    for _ in range(MOST_TRIES + 1):
        pool.prepare(10, time.monotonic() + 10)
    assert name in waiting
    waiting.begin_anew(time.monotonic() + REST + 1)
    assert name not in waiting
    pool.close()


def _pool(settings: Settings) -> tuple[Spool, WaitingMails, ReadPool]:
    spool, waiting = Spool(settings.spool_dir), WaitingMails()
    blobs, authenticator = Blobs(settings.blob_url), Authenticator(settings)
    return spool, waiting, ReadPool(spool, blobs, authenticator, waiting, lambda: NOW)


class SlowReader:
    """A reader in this process, which takes a tenth of a second for a mail that says so."""

    is_warm = True

    def __init__(self, **_: object) -> None:
        pass

    def read(
        self, mail: bytes | Path, *, offset: int, wall: float, null_sender: bool = False
    ) -> ReadResult:
        raw = (mail if isinstance(mail, bytes) else mail.read_bytes())[offset:]
        seconds = 0.1 if b"SLOW" in raw else 0.0
        time.sleep(min(seconds, wall))
        if seconds > wall:
            return ReadResult(read_mail(raw), "it took too long", interrupted=True)
        return ReadResult(read_mail(raw))

    def close(self) -> None:
        pass


def test_ordinary_mails_overtake_a_flood_of_slow_ones(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_pool, "Reader", SlowReader)
    monkeypatch.setattr(read_pool, "TIME_LIMITS", (0.05, 5.0, 30.0))
    monkeypatch.setattr(read_pool, "SHORTER_LIMIT", 0.05)
    spool, waiting, pool = _pool(make_settings(AUTH="off"))
    shapes = ["<a", "<div></b>", "x, y: ", "--b", "(([[", "&#38;"]
    slow = [
        put(
            spool,
            write(f"Slow {number}", "SLOW\n" + f"{shapes[number % 6]}\n" * 20_000),
            mail_from=f"a{number}@flood{number // 10}.example",
        )
        for number in range(60)
    ]
    others = [
        put(spool, write(f"Ordinary {number}"), mail_from=f"ann@mail{number}.example")
        for number in range(5)
    ]
    order: list[str] = []
    while len(order) < len(slow) + len(others):
        pool.prepare(20, time.monotonic() + 0.05)
        for mail in waiting.ready():
            order.append(mail.name)
            spool.remove(mail.name)
            waiting.forget(mail.name)
        assert waiting.count(*WaitingStage) + len(order) <= len(slow) + len(others)
    pool.close()
    assert sorted(order) == sorted([*slow, *others])
    assert max(order.index(name) for name in others) < 10


def test_a_long_spool_is_listed_now_and_then_alone(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, waiting, pool = _pool(make_settings(AUTH="off"))
    names = [put(spool, write(f"Mail {number}")) for number in range(100)]
    looks = 0

    def slowly() -> list[str]:
        nonlocal looks
        looks += 1
        time.sleep(0.05)
        return names

    monkeypatch.setattr(spool, "names", slowly)
    began = time.monotonic()
    while waiting.count(WaitingStage.READY) < 100:
        pool.prepare(100, 0)
    pool.close()
    assert looks * 0.05 <= 0.1 + 0.11 * (time.monotonic() - began)


def test_a_short_mail_is_opened_once(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, waiting, pool = _pool(make_settings(AUTH="off"))
    opened: list[str] = []
    read = spool.read

    def noted(name: str) -> SpooledMail:
        opened.append(name)
        mail = read(name)
        # Whatever is asked of it from now on, its file is not needed.
        spool.path(name).rename(spool.folder / name)
        return mail

    monkeypatch.setattr(spool, "read", noted)
    names = [put(spool, write(f"Mail {number}")) for number in range(AT_HAND)]
    while waiting.count(WaitingStage.READY) < AT_HAND:
        pool.prepare(AT_HAND, time.monotonic() + 60)
    pool.close()
    assert [mail.name for mail in waiting.ready()] == names == opened
