"""Setting up: mailboxes and people."""

from __future__ import annotations

import pytest

from helpdesk.actions.set_up import add_mailbox, add_person
from helpdesk.actions.sign_in import check_password
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Mailbox
from tests.support.factories import NOW, make_shop


def test_a_mailbox_named_again_gets_the_new_name(database: Database) -> None:
    with database.transaction() as session:
        made = add_mailbox(session, SYSTEM, " Help-Desk@Shop.example ", now=NOW)
        assert (made.address, made.name) == ("help-desk@shop.example", "Help desk")
        again = add_mailbox(session, SYSTEM, "help-desk@shop.example", name="Us\r\n", now=NOW)
        assert (again.id, again.name) == (made.id, "Us")
        add_mailbox(session, SYSTEM, "help-desk@shop.example", now=NOW)
        assert session.query(Mailbox).one().name == "Us"


def test_what_is_no_mailbox_is_refused(database: Database) -> None:
    wrong = (
        "",
        "support",
        "@shop.example",
        "support+tag@shop.example",
        "a@a <b@b>",
        "a@b\0",
        "a b@c",
    )
    with database.transaction() as session:
        for address in wrong:
            with pytest.raises(InvalidInput) as refused:
                add_mailbox(session, SYSTEM, address, now=NOW)
            assert refused.value.field == "address", address
        assert session.query(Mailbox).count() == 0


def test_a_person_named_again_gets_what_is_new(database: Database) -> None:
    with database.transaction() as session:
        made = add_person(session, SYSTEM, "Mia@Shop.example", role="customer", now=NOW)
        made.active = False
        again = add_person(
            session,
            SYSTEM,
            "mia@shop.example",
            role="agent",
            name="Mia",
            password="a long enough password",
            now=NOW,
        )
        assert again is made
        assert (again.role, again.name, again.active) == ("agent", "Mia", True)
        assert check_password(session, "mia@shop.example", "a long enough password") is made


def test_a_person_that_does_not_hold_is_refused_by_field(database: Database) -> None:
    with database.transaction() as session:
        for field, address, role, password in (
            ("email", "nobody", "agent", None),
            ("role", "mia@shop.example", "boss", None),
            ("password", "mia@shop.example", "agent", "short"),
        ):
            with pytest.raises(InvalidInput) as refused:
                add_person(session, SYSTEM, address, role=role, password=password, now=NOW)
            assert refused.value.field == field


def test_only_admins_set_up(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            add_mailbox(session, shop.agent, "x@shop.example", now=NOW)
        with pytest.raises(NotAllowed):
            add_person(session, shop.agent, "x@shop.example", role="admin", now=NOW)
        assert add_mailbox(session, shop.admin, "x@shop.example", now=NOW).id
