"""The ``postdesk`` command. Each subcommand is loaded only when it is asked for."""

from __future__ import annotations

import click

from commands.lazy import LazyGroup

SUBCOMMANDS = {
    "mail": "commands.mail:mail",
}


@click.group(cls=LazyGroup, subcommands=SUBCOMMANDS)
@click.version_option(package_name="postdesk", prog_name="postdesk")
def main() -> None:
    """Postdesk, an email-first helpdesk."""
