"""``postdesk person``: the people of this helpdesk."""

from __future__ import annotations

import sys

import click

from commands.environment import load_settings, now, plain_errors
from helpdesk.vocabulary import ROLES, Role

_ROLES = sorted(role.value for role in ROLES)


@click.group("person")
def person_group() -> None:
    """The people of this helpdesk."""


@person_group.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--name", default="", help="How others see them.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_person_command(email: str, role: str, name: str, password_stdin: bool) -> None:
    """Add a person, or give one who is known already a role, a name or a password.

    Staff without --password-stdin get a random password, which is printed once.
    """
    from helpdesk import db, passwords
    from helpdesk.actions.set_up import add_person
    from helpdesk.actor import SYSTEM
    from helpdesk.tickets.people import person_at

    database = db.connect(load_settings())
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    made_up = ""
    with plain_errors(), database.transaction() as session:
        known = person_at(session, email)
        if password is None and role != Role.CUSTOMER and not (known and known.password_hash):
            password = made_up = passwords.made_up()
        add_person(session, SYSTEM, email, role=role, name=name, password=password, now=now())
    click.echo(f"{email} is {role} here." + (f" Password: {made_up}" if made_up else ""))
