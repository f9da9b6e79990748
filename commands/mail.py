"""``postdesk mail``: what can be done with mails from the command line."""

from __future__ import annotations

import click

from commands.lazy import LazyGroup

SUBCOMMANDS = {
    "deliver": "commands.mail_deliver:deliver_command",
    "discard": "commands.mail_why:discard_command",
    "import": "commands.mail_import:import_command",
    "inspect": "commands.mail_inspect:inspect_command",
    "release": "commands.mail_why:release_command",
    "replay": "commands.mail_replay:replay_command",
    "report": "commands.mail_report:report_command",
    "why": "commands.mail_why:why_command",
}


@click.group(cls=LazyGroup, subcommands=SUBCOMMANDS)
def mail() -> None:
    """Look at mails, take them in, read them again."""
