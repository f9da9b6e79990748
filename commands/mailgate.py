"""``postdesk mailgate``: mail in. The SMTP server, the filer and the fetcher, a process each."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.asking import ask_first
from commands.environment import (
    load_settings,
    load_settings_of_part,
    now,
    plain_errors,
    set_up_logs,
)
from commands.operator import operator
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from commands.supervisor import Part
    from helpdesk.db import Database
    from helpdesk.queries.gateways import GatewayView

_ENDING = 5.0
"""Seconds for which a gateway that was just told to stop may still hold the port."""
_DOOR = ("mailgate", "--only", "door")
WANTED = "run/fetcher-wanted"
"""A file in the data folder that is there while some mailbox is fetched."""


@click.group("mailgate", invoke_without_command=True)
@click.option("--only", type=click.Choice(["door", "filer", "fetcher"]), help="Run one of them.")
@click.option(
    "--doors",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="So many processes take mail, on the same port.",
)
@click.pass_context
def mailgate_command(context: click.Context, only: str | None, doors: int) -> None:
    """Take mail, and file it."""
    if context.invoked_subcommand is not None:
        return
    set_up_logs(only or "mailgate")
    if only == "door":
        _run_smtp_server()
    elif only == "filer":
        _run_filer()
    elif only == "fetcher":
        _run_fetcher()
    else:
        from commands.gateway_name import refuse_a_name_in_use
        from commands.supervisor import Part, Supervisor

        settings = load_settings_of_part(waits=False)
        if doors > 1 and any(listen.path for listen in settings.smtp_listen):
            raise click.ClickException(
                "POSTDESK_SMTP_LISTEN: one door alone can serve a unix socket; leave out --doors."
            )
        _refuse_a_second(settings)
        refuse_a_name_in_use(settings)
        servers = [
            Part(f"the mail door {number}" if doors > 1 else "the mail door", _DOOR)
            for number in range(1, doors + 1)
        ]
        filer = Part("the filer", ("mailgate", "--only", "filer"))
        Supervisor([*servers, filer, fetcher_part(settings)]).run()


def fetcher_part(settings: Settings) -> Part:
    """The fetcher, for a supervisor: it runs while some mailbox is fetched.

    The door, which reads the mailboxes every second, says whether one is.
    """
    from commands.supervisor import Part

    is_wanted = (settings.data_dir / WANTED).exists
    return Part("the fetcher", ("mailgate", "--only", "fetcher"), wanted=is_wanted)


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
    from commands.part_reports import PartReports
    from helpdesk import db, heartbeat
    from helpdesk.mail_addresses import MailAddresses
    from helpdesk.queries.mail_addresses import AddressReader
    from mailgate.smtp.listening import SmtpStartError
    from mailgate.smtp.server import run_smtp_server

    # It takes mail by what it knew last, whatever the database's schema.
    settings = load_settings_of_part(waits=False)
    PartReports(settings, "door").start()
    database = db.connect(settings, pool_size=1)

    addresses, fetches = AddressReader(), _WhetherFetched()

    def load_mailboxes() -> MailAddresses:
        heartbeat.beat(settings, "door")
        with database.asking() as session:
            found = addresses.read(session, now())
        fetches.look(settings, database)
        return found

    try:
        run_smtp_server(settings, load_mailboxes=load_mailboxes)
    except SmtpStartError as problem:
        raise click.ClickException(str(problem)) from None


class _WhetherFetched:
    """Tells the supervisor beside us, which reads no database, whether there is mail to fetch."""

    _EVERY = 3.0

    def __init__(self) -> None:
        self._next_look = 0.0

    def look(self, settings: Settings, database: Database) -> None:
        """Look now and then. Where that cannot be said, it stays as it was."""
        from sqlalchemy.exc import SQLAlchemyError

        from helpdesk.queries.fetches import any_fetched

        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + self._EVERY
        path = settings.data_dir / WANTED
        # The schema may be older than we are, and the disk full.
        with suppress(SQLAlchemyError, OSError):
            with database.asking() as session:
                fetched = any_fetched(session)
            if fetched and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            elif not fetched:
                path.unlink(missing_ok=True)


def _run_fetcher() -> None:
    from commands.part_reports import PartReports
    from mailgate.fetch.fetcher import SecondFetcher, run_fetcher

    settings = load_settings_of_part()
    PartReports(settings, "fetcher").start()
    try:
        run_fetcher(settings)
    except SecondFetcher as problem:
        raise click.ClickException(str(problem)) from None


def _run_filer() -> None:
    from commands.part_reports import PartReports, own_gateway
    from jobs import queue
    from mailgate.filing.filer import run_filer

    settings = load_settings_of_part()
    PartReports(settings, "filer").start()
    run_filer(
        settings,
        nudge=queue.connect(settings).nudge,
        gateway=lambda database: own_gateway(settings, database).id,
    )


@mailgate_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of JSON objects.")
def list_command(as_json: bool) -> None:
    """Show every gateway, on whatever machine: what it said of itself last."""
    from dataclasses import replace

    from commands.part_reports import count_once
    from helpdesk import db, heartbeat
    from helpdesk.identity import known_spool_id
    from helpdesk.queries.gateways import OF_GATEWAY, gateways

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        if settings.is_sqlite:
            count_once(settings, database)
        with database.reading() as session:
            found = gateways(session)
    if settings.is_sqlite:  # all are on this machine, and its folder tells
        works = all(heartbeat.is_alive(settings, part) for part in OF_GATEWAY)
        own = known_spool_id(settings.spool_dir)
        found = tuple(replace(one, lives=works and one.spool_id == own) for one in found)
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found]))
        return
    for one in found:
        state = "given up" if one.retired else "at work" if one.lives else "silent"
        if one.stopped:
            state = f"{' and '.join(one.stopped)} stopped"
        click.echo(
            f"{one.name}: {state}, accepted {one.accepted:,}, {one.waiting:,} waiting, "
            f"counted {one.seen_at:%Y-%m-%d %H:%M:%S} UTC on {one.machine} ({one.version})"
        )


def _plain(gateway: GatewayView) -> dict[str, object]:
    return {
        "name": gateway.name,
        "machine": gateway.machine,
        "version": gateway.version,
        "seen_at": gateway.seen_at.isoformat(),
        "lives": gateway.lives,
        "retired": gateway.retired,
        "stopped": list(gateway.stopped),
        "accepted": gateway.accepted,
        "waiting": gateway.waiting,
        "oldest_seconds": gateway.oldest_seconds,
        "disk_free": gateway.disk_free,
        "difference": gateway.difference,
    }


@mailgate_command.command("adopt")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def adopt_command(folder: Path) -> None:
    """Take over the mails that wait in FOLDER, the spool or data folder of a lost gateway.

    Its disk must be here, and its gateway stopped. Each mail is filed from here once, whatever
    stops this command; run again, it goes on.
    """
    from commands.part_reports import own_gateway
    from helpdesk import db, heartbeat
    from helpdesk.actions.log_operator import log_operator
    from helpdesk.queries.ledger import waiting_names
    from mailgate.filing.adopt_spool import CannotAdopt, adopt_spool, spool_folder
    from mailgate.spool.spool import Spool

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        try:
            found = spool_folder(folder, settings.spool_dir)
            spool = Spool(settings.spool_dir)
            try:
                with click.progressbar(
                    length=len(waiting_names(found)), label="Taking over", file=sys.stderr,
                    hidden=not sys.stderr.isatty(),
                ) as shown:  # fmt: skip
                    done = adopt_spool(
                        found, spool, database, operator(), now(),
                        begins=lambda: own_gateway(settings, database),
                        each=lambda: shown.update(1),
                    )  # fmt: skip
            finally:
                spool.close()
        except CannotAdopt as problem:
            raise click.ClickException(str(problem)) from None
        except OSError as problem:
            raise click.ClickException(f"It cannot be taken over ({problem.strerror}).") from None
        words = f"{done.moved} mails taken over, {done.filed} were filed before"
        with database.transaction() as session:
            log_operator(session, operator(), f"adopt {folder.name}", words, now=now())
    moved = "1 mail is" if done.moved == 1 else f"{done.moved:,} mails are"
    click.echo(f"{moved} taken over, {done.filed:,} had been filed before.")
    if done.moved and not heartbeat.is_alive(settings, "filer"):
        click.echo("No filer runs here: start `postdesk mailgate`, which files them.", err=True)


@mailgate_command.command("forget")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_command(name: str, yes: bool) -> None:
    """Give up the gateway NAME, whose machine is gone: nobody is told any more that it is silent.

    What waits on its disk is filed once that is brought here: `postdesk mailgate adopt`.
    """
    from helpdesk import db
    from helpdesk.actions.retire_gateway import gateway_to_retire, retire_gateway

    database = db.connect(load_settings())
    with plain_errors():
        with database.reading() as session:
            found = gateway_to_retire(session, name)
        if found.retired:
            click.echo(f"Gateway {name} was given up before: there is nothing to do.")
            return
        waits = f"{found.waiting:,} mails waited there when it was last heard of"
        ask_first(f"{waits}. Give up gateway {name}?", yes=yes)
        with database.transaction() as session:
            retire_gateway(session, operator(), name, now=now())
    click.echo(f"Gateway {name} is given up.")
