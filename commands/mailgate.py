"""``postdesk mailgate``: mail in. The SMTP server and the filer, a process each."""

from __future__ import annotations

import time
from contextlib import ExitStack

import click

from commands.environment import load_settings_of_part, now, set_up_logs
from helpdesk.settings import Settings

_ENDING = 5.0
"""Seconds for which a gateway that was just told to stop may still hold the port."""
_DOOR = ("mailgate", "--only", "door")


@click.command("mailgate")
@click.option("--only", type=click.Choice(["door", "filer"]), help="Run one of the two.")
@click.option(
    "--doors",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="So many processes take mail, on the same port.",
)
def mailgate_command(only: str | None, doors: int) -> None:
    """Take mail, and file it."""
    set_up_logs(only or "mailgate")
    if only == "door":
        _run_smtp_server()
    elif only == "filer":
        _run_filer()
    else:
        from commands.supervisor import Part, Supervisor

        settings = load_settings_of_part()
        if doors > 1 and any(listen.path for listen in settings.smtp_listen):
            raise click.ClickException(
                "POSTDESK_SMTP_LISTEN: one door alone can serve a unix socket; leave out --doors."
            )
        _refuse_a_second(settings)
        servers = [
            Part(f"the mail door {number}" if doors > 1 else "the mail door", _DOOR)
            for number in range(1, doors + 1)
        ]
        Supervisor([*servers, Part("the filer", ("mailgate", "--only", "filer"))]).run()


def _refuse_a_second(settings: Settings) -> None:
    """Stop where mail is taken already: a second gateway would share the port without a word."""
    from mailgate.smtp.listening import SmtpStartError, is_taken_by_a_server, open_socket

    settings.spool_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + _ENDING
    for listen in settings.smtp_listen:
        while is_taken_by_a_server(listen, settings.spool_dir):
            if time.monotonic() > until:
                raise click.ClickException(
                    f"POSTDESK_SMTP_LISTEN: another Postdesk takes mail on {listen} with "
                    f"{settings.data_dir}. Stop that one; or, for one more door on this port, run "
                    "`postdesk mailgate --only door`."
                )
            time.sleep(0.1)
        try:
            with ExitStack() as resources:
                open_socket(listen, settings.spool_dir, resources).close()
        except SmtpStartError as problem:  # a door would be started over and over
            raise click.ClickException(str(problem)) from None


def _run_smtp_server() -> None:
    from helpdesk import db, heartbeat
    from helpdesk.mail_addresses import MailAddresses
    from helpdesk.queries.mail_addresses import AddressReader
    from mailgate.smtp.listening import SmtpStartError
    from mailgate.smtp.server import run_smtp_server

    settings = load_settings_of_part()
    database = db.connect(settings, pool_size=1)

    addresses = AddressReader()

    def load_mailboxes() -> MailAddresses:
        heartbeat.beat(settings, "door")
        with database.reading() as session:
            return addresses.read(session, now())

    try:
        run_smtp_server(settings, load_mailboxes=load_mailboxes)
    except SmtpStartError as problem:
        raise click.ClickException(str(problem)) from None


def _run_filer() -> None:
    from jobs import queue
    from mailgate.filing.filer import run_filer

    settings = load_settings_of_part()
    run_filer(settings, nudge=queue.connect(settings).nudge)
