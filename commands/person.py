"""``postdesk person``: the people of this helpdesk."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from commands.asking import ask_first
from commands.environment import load_settings, now, plain_errors
from commands.operator import operator
from commands.person_erase import erase_person_command
from commands.person_export import export_person_command
from helpdesk.vocabulary import ROLES, STAFF_ROLES, Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from helpdesk.models import Person
    from helpdesk.queries.administration import PersonRow

_ROLES = sorted(role.value for role in ROLES)
_PASSWORD = "Read the password from standard input: its first line."  # noqa: S105 (words of help)


@click.group("person")
def person_group() -> None:
    """The people of this helpdesk. What is changed here stands in the desk's log."""


person_group.add_command(erase_person_command)
person_group.add_command(export_person_command)


@person_group.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--name", default="", help="How others see them.")
@click.option("--password-stdin", is_flag=True, help=_PASSWORD)
def add_person_command(email: str, role: str, name: str, password_stdin: bool) -> None:
    """Add a person, or give one who is known already a role, a name or a password.

    Staff without --password-stdin get a random password, which is printed once.
    """
    from helpdesk import db, passwords
    from helpdesk.actions.deactivate_person import open_tickets_of
    from helpdesk.actions.set_up import add_person
    from helpdesk.tickets.people import person_at

    database = db.connect(load_settings())
    password = _password() if password_stdin else None
    made_up = ""
    with plain_errors(), database.transaction() as session:
        known = person_at(session, email)
        if role == Role.CUSTOMER and known and open_tickets_of(session, known.id):
            raise click.UsageError(
                f"{email} works on tickets: say who gets them, with `postdesk person set {email} "
                "--role customer --to EMAIL`, or --to none."
            )
        if password is None and role != Role.CUSTOMER and not (known and known.password_hash):
            password = made_up = passwords.made_up()
        add_person(session, operator(), email, role=role, name=name, password=password, now=now())
    click.echo(f"{email} is {role} here." + (f" Password: {made_up}" if made_up else ""))


@person_group.command("list")
@click.option("--role", "roles", multiple=True, type=click.Choice(_ROLES),
              help="Only these; may be given several times. Without it: staff.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_people_command(roles: tuple[str, ...], as_json: bool) -> None:
    """Show who is here: address, role, name, and whether they may come in."""
    from helpdesk import db
    from helpdesk.queries.administration import people_of_roles

    database = db.connect(load_settings())
    with plain_errors(), database.reading() as session:
        for row in people_of_roles(session, operator(), roles or STAFF_ROLES):
            click.echo(_as_json(row) if as_json else _as_line(row))


@person_group.command("set")
@click.argument("email")
@click.option("--email", "new_email", default=None, help="Another address in the place of EMAIL.")
@click.option("--role", type=click.Choice(_ROLES), default=None)
@click.option("--name", default=None, help="How others see them; empty for their address.")
@click.option("--to", "heir", default=None, metavar="EMAIL|none",
              help="With --role customer: who gets their tickets that are not closed.")  # fmt: skip
@click.option("--password-stdin", is_flag=True, help=_PASSWORD)
def set_person_command(
    email: str,
    new_email: str | None,
    role: str | None,
    name: str | None,
    heir: str | None,
    password_stdin: bool,
) -> None:
    """Change who the person with the address EMAIL is.

    A new password, as for the first admin (admin@localhost), who gets no mail:

        echo 'a long password' | postdesk person set admin@localhost --password-stdin
    """
    from helpdesk.actions import edit_person as edit

    if (new_email, role, name) == (None, None, None) and not password_stdin:
        raise click.UsageError("Say what to change: --email, --role, --name or --password-stdin.")
    password = _password() if password_stdin else None
    _, heir_id = _tickets_and_heir(email, heir) if role == Role.CUSTOMER else (0, None)

    def change(session: Session, person: Person, moment: datetime) -> None:
        actor = operator()
        if role is not None:
            edit.change_role(session, actor, person.id, role, heir_id=heir_id, now=moment)
        if name is not None:
            edit.rename_person(session, actor, person.id, name, now=moment)
        if password is not None:
            edit.choose_password(session, actor, person.id, password, now=moment)
        if new_email is not None:
            edit.replace_address(session, actor, person.id, email, new_email, now=moment)

    _change(email, change)
    click.echo(f"{new_email or email} is changed.")


@person_group.command("deactivate")
@click.argument("email")
@click.option("--to", "heir", default=None, metavar="EMAIL|none",
              help="Who gets their tickets that are not closed.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
def deactivate_person_command(email: str, heir: str | None, yes: bool) -> None:
    """End the access of the person with the address EMAIL at once.

    Their sessions, API tokens and mailed links end; what they wrote stays.
    """
    count, heir_id = _tickets_and_heir(email, heir)
    tickets = _tickets(count)
    where = f" and give {tickets} to {heir if heir_id else 'nobody'}" if count else ""
    ask_first(f"Deactivate {email}{where}?", yes=yes)

    def change(session: Session, person: Person, moment: datetime) -> None:
        from helpdesk.actions.deactivate_person import deactivate_person

        deactivate_person(session, operator(), person.id, heir_id=heir_id, now=moment)

    _change(email, change)
    click.echo(f"{email} is deactivated.")


@person_group.command("reactivate")
@click.argument("email")
def reactivate_person_command(email: str) -> None:
    """Let the person with the address EMAIL in again; no session or token comes back by it."""

    def change(session: Session, person: Person, moment: datetime) -> None:
        from helpdesk.actions.deactivate_person import reactivate_person

        reactivate_person(session, operator(), person.id, now=moment)

    _change(email, change)
    click.echo(f"{email} may come in again.")


def _tickets_and_heir(email: str, heir: str | None) -> tuple[int, int | None]:
    """How many tickets somebody has that are not closed, and who gets them; None: nobody.

    :raises click.UsageError: they have some, and nobody said who.
    """
    from helpdesk import db
    from helpdesk.actions.deactivate_person import open_tickets_of

    with plain_errors(), db.connect(load_settings()).reading() as session:
        count = open_tickets_of(session, _person(session, email).id)
        heir_id = _person(session, heir).id if heir not in (None, "none") else None
    if count and heir is None:
        raise click.UsageError(f"{email} has {_tickets(count)}: say --to EMAIL, or --to none.")
    return count, heir_id


def _tickets(count: int) -> str:
    return "1 ticket" if count == 1 else f"{count:,} tickets"


def _change(email: str, change: Callable[[Session, Person, datetime], None]) -> None:
    from helpdesk import db

    database = db.connect(load_settings())
    with plain_errors(), database.transaction() as session:
        change(session, _person(session, email), now())


def _person(session: Session, email: str | None) -> Person:
    from helpdesk.errors import NotFound
    from helpdesk.tickets.people import person_at

    found = person_at(session, email or "")
    if found is None:
        raise NotFound(f"Nobody here has the address {email}.")
    return found


def _password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _as_json(row: PersonRow) -> str:
    values = asdict(row) | {"email": row.addresses[0] if row.addresses else None}
    return json.dumps(values, default=lambda moment: moment.isoformat())


def _as_line(row: PersonRow) -> str:
    state = "" if row.active else "deactivated"
    words = (row.addresses[0] if row.addresses else "(no address)", row.role, row.name, state)
    return "  ".join(filter(None, words))
