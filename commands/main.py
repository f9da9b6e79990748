"""The ``postdesk`` command. Each subcommand is loaded only when it is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import click

from commands.lazy import LazyGroup
from helpdesk.setting_sources import CHOSEN

SUBCOMMANDS = {
    "backup": "commands.backup:backup_command",
    "blobs": "commands.blobs:blobs_group",
    "doctor": "commands.doctor:doctor_command",
    "ledger": "commands.ledger:ledger_command",
    "mailbox": "commands.mailbox:mailbox_group",
    "mailgate": "commands.mailgate:mailgate_command",
    "migrate": "commands.migrate:migrate_command",
    "orders": "commands.orders:orders_group",
    "person": "commands.person:person_group",
    "retention": "commands.retention:retention_group",
    "restore": "commands.restore:restore_command",
    "sample": "commands.sample:sample_command",
    "shell": "commands.shell:shell_command",
    "similar": "commands.similar:similar_group",
    "token": "commands.token:token_group",
    "up": "commands.up:up_command",
    "web": "commands.web:web_command",
    "worker": "commands.worker:worker_command",
    "mail": "commands.mail:mail",
}


@click.group(cls=LazyGroup, subcommands=SUBCOMMANDS)
@click.version_option(package_name="postdesk", prog_name="postdesk")
@click.option(
    "--settings",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Read settings from this file; the environment counts over it.",
)
def main(settings: Path | None) -> None:
    """Postdesk, an email-first helpdesk."""
    if settings is not None:
        # In the environment, so that the parts that a command starts read the same.
        os.environ[CHOSEN] = str(settings.absolute())
