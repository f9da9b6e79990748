"""``postdesk person``: what it does, and one line where it cannot."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path

import pytest

from helpdesk.actions.change_ticket import assign
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.set_up import add_mailbox, add_person
from helpdesk.actions.sign_in import check_password
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.administration import log_page
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.people import person_at
from helpdesk.vocabulary import Role
from tests.commands.conftest import Postdesk, said
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW


def test_a_password_is_read_from_standard_input(database: Database, postdesk: Postdesk) -> None:
    done = postdesk(
        "person", "add", "mia@shop.example", "--role", "agent", "--name", "Mia",
        "--password-stdin", stdin="a long enough password\r\n",
    )  # fmt: skip
    assert done.stdout == "mia@shop.example is agent here.\n"
    with database.reading() as session:
        mia = check_password(session, "mia@shop.example", "a long enough password")
    assert (mia.role, mia.name) == ("agent", "Mia")


def test_staff_without_a_password_get_one_that_is_printed_once(
    database: Database, postdesk: Postdesk
) -> None:
    add = ("person", "add", "mia@shop.example", "--role", "agent")
    password = postdesk(*add).stdout.strip().rpartition("Password: ")[2]
    with database.reading() as session:
        assert check_password(session, "mia@shop.example", password)
    assert "Password" not in postdesk(*add).stdout


def test_a_person_that_does_not_hold_is_refused_in_one_line(
    database: Database, postdesk: Postdesk
) -> None:
    short = postdesk(
        "person", "add", "mia@shop.example", "--role", "agent", "--password-stdin", stdin="x\n"
    )
    assert "10" in said(short)
    assert "address" in said(postdesk("person", "add", "nobody", "--role", "customer"))
    assert postdesk("person", "add", "mia@shop.example", "--role", "boss").exit_code == 2
    with database.reading() as session:
        assert person_at(session, "mia@shop.example") is None


def test_people_are_listed_for_people_and_for_programs(
    database: Database, postdesk: Postdesk
) -> None:
    postdesk("person", "add", "mia@shop.example", "--role", "agent", "--name", "Mia")
    postdesk("person", "add", "ann@mail.example", "--role", "customer")
    assert postdesk("person", "list").stdout == "mia@shop.example  agent  Mia\n"
    (line,) = postdesk("person", "list", "--json", "--role", "customer").stdout.splitlines()
    ann = json.loads(line)
    assert (ann["email"], ann["role"], ann["active"]) == ("ann@mail.example", "customer", True)
    assert "password" not in " ".join(ann).replace("has_password", "")


def test_the_first_admin_gets_a_password_by_a_command(
    database: Database, postdesk: Postdesk
) -> None:
    postdesk("person", "add", "admin@localhost", "--role", "admin")
    done = postdesk(
        "person", "set", "admin@localhost", "--password-stdin", stdin="a long enough password\n"
    )
    assert done.exit_code == 0, done.output
    with database.reading() as session:
        assert check_password(session, "admin@localhost", "a long enough password")
        assert logged(session)[-1] == ("admin@localhost", "password", "", "")


def test_a_person_is_changed(database: Database, postdesk: Postdesk) -> None:
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "support@shop.example", name="The Shop", now=NOW)
    postdesk("person", "add", "mia@shop.example", "--role", "agent")
    done = postdesk(
        "person", "set", "mia@shop.example", "--name", "Mia 50 % {0}", "--role", "admin",
        "--email", "mia.berg@shop.example",
    )  # fmt: skip
    assert done.stdout == "mia.berg@shop.example is changed.\n"
    with database.reading() as session:
        mia = person_at(session, "mia.berg@shop.example")
        assert mia is not None
        assert (mia.name, mia.role, len(mia.addresses)) == ("Mia 50 % {0}", "admin", 1)
    mia_is = ("person", "set", "mia.berg@shop.example")
    assert "only admin" in said(postdesk(*mia_is, "--role", "agent"))
    assert "“The Shop”" in said(postdesk(*mia_is, "--email", "support+x@shop.example"))
    assert "10" in said(postdesk(*mia_is, "--password-stdin", stdin="x\n"))
    assert "Nobody here" in said(postdesk("person", "set", "no@body.example", "--name", "x"))
    assert postdesk(*mia_is).exit_code == 2


@pytest.fixture
def staff(database: Database, postdesk: Postdesk) -> list[int]:
    """Mia, with a ticket, and Kim; returns the ticket's id."""
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "support@shop.example", name="The Shop", now=NOW)
        mia, _ = (
            add_person(session, SYSTEM, f"{name}@shop.example", role="admin", name=name, now=NOW)
            for name in ("mia", "kim")
        )
        draft = TicketDraft(subject="A kettle", description="It leaks.", customer="a@b.example")
        ticket = create_ticket(session, actor_of(mia), draft, now=NOW)
        assign(session, SYSTEM, ticket.id, mia.id, now=NOW)
    return [ticket.id]


def test_deactivating_asks_and_says_where_the_tickets_go(
    database: Database, postdesk: Postdesk, staff: list[int]
) -> None:
    gone = ("person", "deactivate", "mia@shop.example")
    assert postdesk(*gone).exit_code == 2, "whose the ticket becomes must be said"
    assert "has 1 ticket: say" in postdesk(*gone).stderr
    to_kim = (*gone, "--to", "kim@shop.example")
    for answer in ("", "n\n", "nonsense\n"):
        assert postdesk(*to_kim, stdin=answer).exit_code == 2, "nobody typed it at a terminal"
    assert "colleague" in said(postdesk(*gone, "--to", "a@b.example", "--yes"))
    assert "colleague" in said(postdesk(*gone, "--to", "mia@shop.example", "--yes"))
    assert "Nobody here" in said(postdesk(*gone, "--to", "no@body.example", "--yes"))
    with database.reading() as session:
        mia = person_at(session, "mia@shop.example")
        assert mia is not None
        assert mia.active
    asked = postdesk(*to_kim, stdin="y\n")
    assert asked.stdout == "mia@shop.example is deactivated.\n"
    assert "give 1 ticket to kim@shop.example" in asked.stderr
    with database.reading() as session:
        ticket = session.get_one(Ticket, staff[0])
        assert ticket.assignee is not None
        assert ticket.assignee.name == "kim"
    last = ("person", "deactivate", "kim@shop.example", "--to", "none", "--yes")
    assert "only admin" in said(postdesk(*last))
    assert postdesk("person", "reactivate", "mia@shop.example").exit_code == 0
    assert postdesk(*last).exit_code == 0
    with database.reading() as session:
        assert session.get_one(Ticket, staff[0]).assignee is None


def test_who_becomes_a_customer_hands_over_their_tickets(
    database: Database, postdesk: Postdesk, staff: list[int]
) -> None:
    customer = ("person", "set", "mia@shop.example", "--role", "customer")
    assert "has 1 ticket: say" in postdesk(*customer).stderr
    added = postdesk("person", "add", "mia@shop.example", "--role", "customer")
    assert added.exit_code == 2
    assert "person set" in added.stderr
    assert postdesk(*customer, "--to", "kim@shop.example").exit_code == 0
    with database.reading() as session:
        ticket = session.get_one(Ticket, staff[0])
        assert ticket.assignee is not None
        assert ticket.assignee.name == "kim"


def test_what_a_command_changed_is_logged_with_the_system_user(
    database: Database, postdesk: Postdesk, staff: list[int], tmp_path: Path
) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("number,customer\nA-1,a@b.example\n")
    for command in (
        ("person", "set", "mia@shop.example", "--name", "Mia"),
        ("person", "deactivate", "kim@shop.example", "--yes"),
        ("mailbox", "add", "info@shop.example"),
        ("mailbox", "set", "info@shop.example", "--survey", "never"),
        ("token", "issue", "mia@shop.example"),
        ("token", "revoke", "1"),
        ("orders", "import", str(orders)),
    ):
        assert postdesk(*command).exit_code == 0, command
    with database.reading() as session:
        admin = Actor(person_at(session, "mia@shop.example").id, Role.ADMIN)  # type: ignore[union-attr]
        entries = [one for one in log_page(session, admin) if one.by != "Postdesk"]
    user = pwd.getpwuid(os.getuid()).pw_name
    assert {one.by.partition(",")[0].rstrip(")") for one in entries} == {f"Command line ({user}"}
    assert [(one.subject, one.field) for one in reversed(entries)] == [
        ("mia@shop.example", "name"),
        ("kim@shop.example", "state"),
        ("info@shop.example", "added"),
        ("info@shop.example", "survey"),
        ("mia@shop.example", "token issued"),
        ("mia@shop.example", "token revoked"),
        ("orders.csv", "imported"),
    ]


def test_every_command_has_help(postdesk: Postdesk) -> None:
    for verb in ("add", "list", "set", "deactivate", "reactivate"):
        assert "Usage:" in postdesk("person", verb, "--help").stdout
