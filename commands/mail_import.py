"""``postdesk mail import``: take over the mail of the past, from an mbox or a Maildir."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator

if TYPE_CHECKING:
    from mailgate.filing.import_mails import Importer, OldMails


@click.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="MBOX|MAILDIR")
@click.option("--mailbox", "address", default="", help="Whose mail it is, whatever a mail says.")
def import_command(source: Path, address: str) -> None:
    """File the mails of an mbox file or a Maildir, the oldest first, each as of its own date.

    Threads are kept, and answers from your own mailboxes and staff become answers. Nobody is sent
    anything. It may be stopped at any time: run again, it goes on where it was, for mails that are
    here are passed over.
    """
    from commands.part_reports import own_gateway
    from helpdesk import db
    from helpdesk.actions.log_operator import log_operator
    from helpdesk.blobs import open_blobs
    from helpdesk.tickets.mailboxes import first_mailbox, mailbox_of
    from mailgate.filing.import_mails import Importer, NoMailsError, OldMails
    from mailgate.spool.spool import Spool

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        with database.reading() as session:
            first_mailbox(session)
            if address and mailbox_of(session, [address]) is None:
                raise click.ClickException(f"{address} is no mailbox here: `postdesk mailbox add`.")
        try:
            mails = OldMails(source, now=now())
            spool = Spool(settings.spool_dir)
        except NoMailsError as problem:
            raise click.ClickException(str(problem)) from None
        except OSError as problem:
            raise click.ClickException(f"It cannot be kept ({problem.strerror}).") from None
        gateway = own_gateway(settings, database).id
        importer = Importer(spool, database, open_blobs(settings), address, gateway)
        try:
            words = _import(importer, mails)
        finally:
            importer.close()
            spool.close()
        with database.transaction() as session:
            log_operator(session, operator(), f"import {source.name}", words, now=now())


def _import(importer: Importer, mails: OldMails) -> str:
    """Import them; what became of them, in words."""
    states: Counter[str] = Counter()
    tickets: set[int | None] = set()
    try:
        with click.progressbar(
            mails, length=len(mails), label="Importing", file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as shown:  # fmt: skip
            for raw, date in shown:
                one = importer.take(raw, date, now())
                states[one.state] += 1
                tickets.add(one.ticket_id)
    except KeyboardInterrupt:
        click.echo("Stopped. Run it again to go on.", err=True)
    except OSError as problem:
        raise click.ClickException(
            f"It stopped ({problem.strerror}). Run it again to go on."
        ) from None
    words = (
        f"{sum(states.values()):,} mails: {states['filed']:,} filed on {len(tickets - {None}):,} "
        f"tickets, {states['held']:,} held, {states['set_aside']:,} set aside, "
        f"{states['here']:,} were here before."
    )
    click.echo(words)
    return words
