"""A forgotten password: by mail, for staff, once; and nothing tells addresses apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.actions.forgotten_password import ask_for_password, set_forgotten_password
from helpdesk.actions.mailed_links import (
    GOOD_FOR,
    MOST_PER_HOUR,
    ask_to_sign_in,
    look_at_link,
    send_link_anew,
    sign_in_by_link,
)
from helpdesk.actions.set_up import add_person
from helpdesk.actions.sign_in import check_password, set_password
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Person
from tests.helpdesk.actions.administration import logged
from tests.helpdesk.mails import outbox
from tests.support.factories import NOW, PASSWORD, Shop
from tests.support.statements import asked_of

AGENT = "agent@shop.example"
NEW = "another long password"


def ask(database: Database, address: str = AGENT, now: datetime = NOW) -> None:
    with database.transaction() as session:
        ask_for_password(session, address, now=now)


def token_of(database: Database) -> str:
    path: str = outbox(database)[-1].values["path"]
    assert path.startswith("/desk/password/")
    return path.rpartition("/")[2]


def test_the_link_sets_a_password_once(database: Database, shop: Shop) -> None:
    ask(database, " Agent@Shop.example ")
    [mail] = outbox(database)
    assert (mail.template, mail.recipient) == ("password_link_staff", AGENT)
    token = token_of(database)
    with database.transaction() as session:
        state = look_at_link(session, token, now=NOW)
        assert state is not None
        assert state.is_good, "looking uses nothing up"
    with pytest.raises(InvalidInput), database.transaction() as session:
        set_forgotten_password(session, token, "short", now=NOW)
    with database.transaction() as session:
        person = set_forgotten_password(session, token, NEW, now=NOW + GOOD_FOR / 2)
        assert person.id == shop.agent.person_id
        assert check_password(session, AGENT, NEW) is person
        with pytest.raises(NotAllowed):
            check_password(session, AGENT, PASSWORD)
    with database.transaction() as session, pytest.raises(NotFound):
        set_forgotten_password(session, token, "yet another password", now=NOW + GOOD_FOR / 2)
    with database.reading() as session:
        assert logged(session)[-2:] == [
            (AGENT, "password forgotten", "", ""),
            (AGENT, "password set by mail", "", ""),
        ]


def test_it_runs_out(database: Database, shop: Shop) -> None:
    ask(database)
    with database.transaction() as session, pytest.raises(NotFound):
        set_forgotten_password(session, token_of(database), NEW, now=NOW + GOOD_FOR)


@pytest.mark.parametrize(
    "address",
    ["nobody@mail.example", "ann@mail.example", "admin@localhost", "gone@shop.example",
     "support@shop.example", "support+x@shop.example"],
)  # fmt: skip
def test_nobody_else_gets_a_mail_and_asking_costs_the_same(
    database: Database, shop: Shop, address: str
) -> None:
    with database.transaction() as session:
        add_person(session, SYSTEM, "admin@localhost", role="admin", now=NOW)
        gone = add_person(session, SYSTEM, "gone@shop.example", role="agent", now=NOW)
        gone.active = False
    asked = []
    for who in (AGENT, address):
        with asked_of(database) as statements:
            ask(database, who)
        asked.append([each.partition("VALUES")[0] for each in statements])
    before, after = asked
    assert [one.recipient for one in outbox(database)] == [AGENT]
    assert sorted(each for each in before if "SAVEPOINT" not in each) == sorted(
        each for each in after if "SAVEPOINT" not in each
    )
    with database.reading() as session:
        assert all(address not in row[0] for row in logged(session) if "forgotten" in row[1])


def test_a_budget_for_each_address_alike(database: Database, shop: Shop) -> None:
    for _ in range(MOST_PER_HOUR + 3):
        ask(database)
    assert len(outbox(database)) == MOST_PER_HOUR
    # Links for another purpose keep nobody from a new password.
    for _ in range(MOST_PER_HOUR + 3):
        with database.transaction() as session:
            ask_to_sign_in(session, "admin@shop.example", now=NOW)
    ask(database, "admin@shop.example")
    assert outbox(database)[-1].template == "password_link_staff"


def test_no_link_outlives_what_makes_it_good(database: Database, shop: Shop) -> None:
    ask(database)
    first = token_of(database)
    with database.transaction() as session:
        set_password(session, session.get_one(Person, shop.agent.person_id), NEW)
    ask(database)
    second = token_of(database)
    with database.transaction() as session:
        session.get_one(Person, shop.agent.person_id).role = "customer"
    for token in (first, second):
        with database.transaction() as session, pytest.raises(NotFound):
            set_forgotten_password(session, token, "yet another password", now=NOW)


def test_one_kind_of_link_is_none_of_another_kind(database: Database, shop: Shop) -> None:
    ask(database)
    token = token_of(database)
    with database.transaction() as session, pytest.raises(NotFound):
        sign_in_by_link(session, token, now=NOW)
    with database.transaction() as session:
        send_link_anew(session, token, now=NOW + timedelta(hours=2))
        ask_to_sign_in(session, AGENT, now=NOW)
    assert [one.template for one in outbox(database)] == ["password_link_staff", "sign_in_link"]
    signs_in = outbox(database)[-1].values["path"].rpartition("/")[2]
    with database.transaction() as session, pytest.raises(NotFound):
        set_forgotten_password(session, signs_in, NEW, now=NOW)
