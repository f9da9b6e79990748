"""``postdesk person``: what it does, and one line where it cannot."""

from __future__ import annotations

from helpdesk.actions.sign_in import check_password
from helpdesk.db import Database
from helpdesk.tickets.people import person_at
from tests.commands.conftest import Postdesk, said


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
