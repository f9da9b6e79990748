"""The harness itself: what the other tests rely on without looking."""

from __future__ import annotations

import socket
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import redis
from sqlalchemy import event, func, make_url, select, text
from sqlalchemy.exc import OperationalError

from helpdesk.db import Database, connect
from helpdesk.models import Category, Ticket, TicketDay
from helpdesk.schema import is_current
from helpdesk.settings import Settings
from tests.conftest import MakeSettings
from tests.support import network
from tests.support.clock import FakeClock
from tests.support.databases import DatabaseMaker, PostgreSQLMaker
from tests.support.factories import make_person, make_shop, make_ticket
from tests.support.servers import PostgreSQL
from tests.support.snapshots import built_once


class TestNetworkGuard:
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost", None, b"::1"])
    def test_this_machine_may_be_reached(self, host: object) -> None:
        assert network.is_local(host)

    @pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "2001:db8::1", "shop.example"])
    def test_others_are_refused(self, host: str) -> None:
        assert not network.is_local(host)

    def test_a_connection_outwards_fails_before_a_byte_is_sent(self) -> None:
        with socket.socket() as client, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
            client.connect(("192.0.2.1", 25))
        network.attempts.clear()

    def test_a_look_up_fails(self) -> None:
        with pytest.raises(pytest.fail.Exception, match=r"mail\.shop\.example"):
            socket.create_connection(("mail.shop.example", 25))
        network.attempts.clear()

    def test_a_datagram_fails(self) -> None:
        with (
            socket.socket(type=socket.SOCK_DGRAM) as client,
            pytest.raises(pytest.fail.Exception, match=r"port 53"),
        ):
            client.sendto(b"?", ("192.0.2.1", 53))
        network.attempts.clear()


@pytest.mark.parametrize("run", ["first", "second"])
def test_each_test_has_a_migrated_and_empty_database(database: Database, run: str) -> None:
    assert is_current(database)
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(TicketDay)) == 0
        session.add(TicketDay(day="20261123", last=1))


@pytest.mark.parametrize("run", ["first", "second"])
def test_what_the_migrations_wrote_stands_in_each(database: Database, run: str) -> None:
    with database.transaction() as session:
        categories = session.scalars(select(Category).order_by(Category.id)).all()
        assert "Other" in {category.label for category in categories}
        for category in categories:
            category.label = "changed"


@pytest.mark.parametrize("run", ["first", "second", "third"])
def test_ids_begin_at_one_in_each(database: Database, run: str) -> None:
    with database.transaction() as session:
        assert make_person(session, "ann@mail.example").id == 1


@pytest.mark.parametrize("run", ["first", "second"])
def test_a_table_that_a_test_changed_is_as_it_was(database: Database, run: str) -> None:
    with database.transaction() as session:
        session.execute(text("ALTER TABLE ticket_day ADD COLUMN left_behind text"))


@pytest.mark.parametrize("run", ["first", "second"])
def test_who_listened_to_the_engine_hears_no_other_test(database: Database, run: str) -> None:
    heard: list[object] = []
    event.listen(database.engine, "before_cursor_execute", lambda *_: heard.append(run))
    with database.reading() as session:
        session.execute(text("SELECT 1"))
    assert set(heard) == {run}


def test_connections_that_a_test_left_write_nothing_into_the_next(
    postgresql: PostgreSQL, make_settings: MakeSettings
) -> None:
    maker = PostgreSQLMaker(postgresql, lambda url: make_settings(DATABASE_URL=url), "other")
    url = maker.make()
    left = connect(make_settings(DATABASE_URL=url))
    with left.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.rollback()
        maker.drop(url)
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT 1"))
    left.dispose()
    assert maker.make() == url


class TestBuiltOnce:
    def test_the_second_finds_what_the_first_built(
        self, databases: DatabaseMaker, make_settings: MakeSettings
    ) -> None:
        calls: list[int] = []

        def build(database: Database) -> Ticket:
            calls.append(1)
            shop = make_shop(database)
            with database.transaction() as session:
                return make_ticket(session, shop.ann)

        found = []
        for _ in range(2):
            url = databases.make()
            database = databases.open(make_settings(DATABASE_URL=url))
            ticket = built_once(database, "a ticket", partial(build, database))
            with database.transaction() as session:
                again = session.get_one(Ticket, ticket.id)
                other = make_ticket(session, again.requester)
                indexed = session.scalar(text("SELECT count(*) FROM ticket_words"))
                found.append((again.number, other.id, other.number, indexed))
            databases.drop(url)
        assert found[0] == found[1]
        assert len(calls) == 1

    def test_nothing_is_put_over_what_stands(self, database: Database) -> None:
        with database.transaction() as session:
            ann = make_person(session, "ann@shop.example")
        assert make_shop(database).ann.id > ann.id


def test_settings_name_the_same_database(
    settings: Settings, database: Database, database_kind: str
) -> None:
    assert make_url(settings.database_url) == database.engine.url
    assert settings.is_sqlite == (database_kind == "sqlite")


def test_settings_alone_need_no_server(settings: Settings) -> None:
    assert settings.relay.scheme == "capture"
    assert settings.is_sqlite
    assert settings.data_dir.name == "var"
    assert str(settings.web_listen) == "127.0.0.1:0"


def test_redis_is_real_and_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_redis_is_empty_again(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.get("left") is None


def test_a_postgresql_of_ones_own_can_crash_and_come_back(own_postgresql: PostgreSQL) -> None:
    own_postgresql.execute("CREATE TABLE kept (word text)")
    own_postgresql.stop(crash=True)
    own_postgresql.start()
    own_postgresql.execute("DROP TABLE kept")


def test_postgresql_does_not_run_as_root(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.reading() as session:
        folder = session.scalar(text("SHOW data_directory"))
    assert Path(str(folder)).stat().st_uid != 0


def test_the_clock_moves_only_when_told(clock: FakeClock) -> None:
    before = clock()
    assert clock() == before
    clock.advance(90, days=1)
    assert clock.now - before == timedelta(days=1, seconds=90)


def test_the_shop_of_the_factories_is_open(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        assert ticket.requester.address == "ann@mail.example"
        assert ticket.status == "open"
    assert shop.agent.is_staff
    assert not shop.agent.is_admin
