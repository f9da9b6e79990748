"""Have every machine know what runs here: a thread that says so in the database, again and again.

What it says is that the part *works*: where its heartbeat is old, though the process is there, it
says nothing. Beside it the gateway's counts are told, by the filer; by the door where there is no
filer that could.
"""

from __future__ import annotations

import socket
import threading
import time
from functools import cached_property
from importlib.metadata import version

from sqlalchemy.exc import SQLAlchemyError

from helpdesk import heartbeat, outages, schema, shop_clock
from helpdesk.actions.report_gateway import register_gateway, report_gateway, report_hours
from helpdesk.actions.report_part import Here, report_again, report_part
from helpdesk.db import Database, connect
from helpdesk.identity import place_of, spool_id
from helpdesk.models import Gateway
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.gateway_count import GatewayCounter
from helpdesk.settings import Settings

EVERY = 5.0
HOURS_EVERY = 20.0


def here(settings: Settings) -> Here:
    """This machine, and its data folder.

    :raises OSError: the data folder cannot be written to.
    """
    place = place_of(settings.data_dir)
    return Here(place, socket.gethostname(), version("postdesk"), schema.newest())


def own_gateway(settings: Settings, database: Database) -> Gateway:
    """Return the gateway whose spool this data folder has, as it is now.

    :raises OSError: the folder cannot be written to.
    """
    spool = spool_id(settings.spool_dir)
    with database.transaction() as session:
        now = database_time(session)
        made = register_gateway(session, here(settings), spool, settings.gateway, now=now)
        session.refresh(made)
        session.expunge(made)
    return made


def count_once(settings: Settings, database: Database) -> None:
    """Have this machine's gateway count now, where no thread does so again and again.

    :raises OSError: the spool cannot be read.
    """
    gateway = own_gateway(settings, database)
    count = GatewayCounter(settings, gateway).count(database)
    with database.transaction() as session:
        report_gateway(session, gateway.id, count, now=database_time(session))


class PartReports(threading.Thread):
    """Says every five seconds that a part of this process works.

    Not with SQLite: there all parts are on one machine, and its folder tells.

    :param part: as its heartbeat calls it; the web has none, and works while the process is there.
    """

    def __init__(self, settings: Settings, part: str) -> None:
        super().__init__(name="part reports", daemon=True)
        self._settings = settings
        self._part = part
        self._database = connect(settings, pool_size=1)
        self._gateway: Gateway | None = None
        self._counter: GatewayCounter | None = None
        self._next_hours = 0.0

    def run(self) -> None:
        """Report while the process lives. What cannot be said now is said with the next turn."""
        if self._settings.is_sqlite:
            return
        while not self._works():  # it has just begun
            time.sleep(0.2)
        while True:
            self.report()
            time.sleep(EVERY)

    def close(self) -> None:
        """Close the connection to the database; nothing is to be reported after it."""
        self._database.dispose()

    def report(self) -> None:
        """Report once."""
        try:
            if self._works():
                self._report_part()
            if self._counts():
                self._report_gateway()
            outages.outage("part_reports").worked()
        except (SQLAlchemyError, OSError) as problem:
            outages.failed("part_reports", problem)

    def _works(self) -> bool:
        return self._part == "web" or bool(heartbeat.is_alive(self._settings, self._part))

    @cached_property
    def _here(self) -> Here:
        return here(self._settings)

    def _report_part(self) -> None:
        if not self._database.is_sqlite:
            with self._database.noting() as session:
                if report_again(session, self._here, self._part):
                    return
        with self._database.transaction() as session:
            report_part(session, self._here, self._part, now=database_time(session))

    def _report_gateway(self) -> None:
        if self._gateway is None or self._counter is None:
            self._gateway = own_gateway(self._settings, self._database)
            self._counter = GatewayCounter(self._settings, self._gateway)
        count = self._counter.count(self._database)
        with self._database.noting() as session:
            now = database_time(session) if self._database.is_sqlite else None
            report_gateway(session, self._gateway.id, count, now=now)
        if time.monotonic() >= self._next_hours:
            self._next_hours = time.monotonic() + HOURS_EVERY
            self._report_hours(self._gateway, self._counter)

    def _report_hours(self, gateway: Gateway, counter: GatewayCounter) -> None:
        moment = shop_clock.now()  # as in the names of its mails
        hours = counter.hours(self._database, moment)
        with self._database.transaction() as session:
            report_hours(session, gateway.id, hours, now=moment)

    def _counts(self) -> bool:
        if self._part == "door":
            return not heartbeat.is_alive(self._settings, "filer")
        return self._part == "filer"
