"""The disk of a lost gateway is brought to another one: its mails are filed once."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from helpdesk.actor import SYSTEM, operator_named
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.mail_in.journal import JournalReader, hour_of
from helpdesk.queries.gateways import gateways
from helpdesk.queries.ledger import current_ledger
from mailgate.filing.adopt_spool import CannotAdopt, adopt_spool, spool_folder
from mailgate.spool.spool import Spool
from tests.mailgate.filing.mails import NOW, recorded
from tests.support.gateways import MadeGateway, Pair, pair

__all__ = ["pair"]

OPERATOR = operator_named("root")


def lost(pair: Pair) -> tuple[MadeGateway, Path]:
    """The gateway that lives, and the spool of one that filed two mails and had two more."""
    living, dead = pair
    dead.takes("Filed", "Filed too")
    dead.files()
    dead.takes("Waits", "Waits too")
    dead.tells()
    dead.was_last_heard(timedelta(hours=1))
    dead.close()
    return living, dead.settings.spool_dir


def test_what_waits_there_is_filed_here_and_the_ledger_balances(
    pair: Pair, database: Database
) -> None:
    living, folder = lost(pair)
    # One was filed, and is still there: it died between the commit and the removal.
    name = recorded(database)[0].spool_name
    (folder / "new" / name).write_bytes(b"{}\n")
    done = adopt_spool(folder, living.spool, database, OPERATOR, NOW)
    assert (done.moved, done.filed) == (2, 1)
    ledger = current_ledger(living.settings.spool_dir, database, tries=1)
    assert (ledger.accepted, ledger.waiting, ledger.difference) == (4, 2, 0)
    living.files()
    rows = recorded(database)
    assert [row.subject for row in rows] == ["Filed", "Filed too", "Waits", "Waits too"]
    assert [row.gateway_id for row in rows[2:]] == [living.row.id] * 2
    living.tells()
    ledger = current_ledger(living.settings.spool_dir, database, tries=1)
    assert (ledger.accepted, ledger.waiting, ledger.difference) == (4, 0, 0)
    with pytest.raises(CannotAdopt, match="taken over before"):
        spool_folder(folder, living.settings.spool_dir)


def test_where_the_gateway_comes_back_what_was_taken_over_counts_here(
    pair: Pair, database: Database
) -> None:
    living, folder = lost(pair)
    dead = pair[1]
    adopt_spool(folder, living.spool, database, OPERATOR, NOW)
    living.files()
    again = MadeGateway(dead.settings, database)
    again.takes("As ever")
    for one in (living, again):
        one.files()
        one.tells()
    for one in (living, again):
        ledger = current_ledger(one.settings.spool_dir, database, tries=1)
        assert (ledger.accepted, ledger.waiting, ledger.difference) == (5, 0, 0)
    with database.reading() as session:
        counted = {one.name: (one.accepted, one.difference) for one in gateways(session)}
    assert counted == {"mx1": (2, 0), "mx2": (3, 0)}
    moment = hour_of(recorded(database)[2].spool_name)
    assert JournalReader(folder / "journal").per_hour()[moment] == 3
    again.close()


@pytest.mark.parametrize("filed_between", [False, True])
def test_it_may_be_cut_off_and_run_again(
    pair: Pair, database: Database, *, filed_between: bool
) -> None:
    living, folder = lost(pair)
    steps = iter(range(10))

    def dies() -> None:
        if next(steps) == 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adopt_spool(folder, living.spool, database, OPERATOR, NOW, each=dies)
    if filed_between:
        living.files()
    assert adopt_spool(folder, living.spool, database, OPERATOR, NOW).moved == 2
    living.files()
    assert len(recorded(database)) == 4
    living.tells()
    assert current_ledger(living.settings.spool_dir, database, tries=1).difference == 0


def test_where_it_was_cut_off_and_the_gateway_came_back_each_mail_counts_once(
    pair: Pair, database: Database
) -> None:
    living, folder = lost(pair)

    def dies() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adopt_spool(folder, living.spool, database, OPERATOR, NOW, each=dies)
    again = MadeGateway(pair[1].settings, database)
    for one in (again, living):
        one.files()
    again.was_last_heard(timedelta(hours=1))
    again.close()
    assert adopt_spool(folder, living.spool, database, OPERATOR, NOW).moved == 0
    living.tells()
    ledger = current_ledger(living.settings.spool_dir, database, tries=1)
    assert (ledger.accepted, ledger.filed, ledger.difference) == (4, 4, 0)


def test_one_that_came_back_and_is_lost_again_is_taken_over_again(
    pair: Pair, database: Database
) -> None:
    living, folder = lost(pair)
    adopt_spool(folder, living.spool, database, OPERATOR, NOW)
    again = MadeGateway(pair[1].settings, database)
    again.takes("As ever")
    again.tells()
    again.was_last_heard(timedelta(hours=1))
    again.close()
    assert adopt_spool(folder, living.spool, database, OPERATOR, NOW).moved == 1
    living.files()
    living.tells()
    ledger = current_ledger(living.settings.spool_dir, database, tries=1)
    assert (ledger.accepted, ledger.filed, ledger.difference) == (5, 5, 0)
    with pytest.raises(CannotAdopt, match="taken over before"):
        spool_folder(folder, living.settings.spool_dir)


def test_what_was_taken_over_may_be_taken_back(pair: Pair, database: Database) -> None:
    living, folder = lost(pair)
    adopt_spool(folder, living.spool, database, OPERATOR, NOW)
    living.tells()
    again = MadeGateway(pair[1].settings, database)
    living.was_last_heard(timedelta(hours=1))
    living.close()
    for _ in range(2):  # as after one that was cut off
        done = adopt_spool(living.spool.folder, again.spool, database, OPERATOR, NOW)
        assert (done.moved, again.spool.waiting_count()) == (2, 2)
        (living.spool.folder / "adopted").rename(living.spool.folder / "new")
    again.tells()
    ledger = current_ledger(again.settings.spool_dir, database, tries=1)
    assert (ledger.accepted, ledger.waiting, ledger.difference) == (4, 2, 0)
    again.files()
    again.tells()
    with database.reading() as session:
        counted = {one.name: (one.accepted, one.difference) for one in gateways(session)}
    assert counted == {"mx1": (0, 0), "mx2": (4, 0)}
    assert len(recorded(database)) == 4
    again.close()


def test_one_that_starts_meanwhile_waits(pair: Pair, database: Database) -> None:
    living, folder = lost(pair)
    made: list[Spool] = []
    starts = Thread(target=lambda: made.append(Spool(folder)))
    adopt_spool(
        folder, living.spool, database, OPERATOR, NOW, begins=starts.start,
        each=lambda: starts.join(0.1),
    )  # fmt: skip
    starts.join(30)
    assert made[0].names() == [], "it began when all had been handed over"
    made[0].close()


def test_one_that_the_database_heard_nothing_of_keeps_its_spool_too(
    pair: Pair, database: Database
) -> None:
    living, folder = lost(pair)
    at_work = Spool(folder)
    begun: list[bool] = []
    with pytest.raises(CannotAdopt, match="at work"):
        adopt_spool(
            folder, living.spool, database, OPERATOR, NOW, begins=lambda: begun.append(True)
        )
    assert (living.spool.names(), begun) == ([], [])
    at_work.close()


def test_a_gateway_at_work_keeps_its_spool(pair: Pair, database: Database, tmp_path: Path) -> None:
    living, other = pair
    other.tells()
    with pytest.raises(CannotAdopt, match="Gateway mx2 is at work"):
        adopt_spool(other.settings.spool_dir, living.spool, database, OPERATOR, NOW)
    own = living.settings.spool_dir
    shutil.copytree(own, tmp_path / "copy", ignore=shutil.ignore_patterns("wake"))
    for folder in (own, own.parent, tmp_path / "copy"):
        with pytest.raises(CannotAdopt, match="own spool"):
            spool_folder(folder, own)
    with pytest.raises(CannotAdopt, match="is no spool"):
        spool_folder(tmp_path, own)


def test_it_is_for_commands_alone(pair: Pair, database: Database) -> None:
    living, folder = lost(pair)
    with pytest.raises(NotAllowed):
        adopt_spool(folder, living.spool, database, SYSTEM, NOW)
    assert living.spool.waiting_count() == 0
