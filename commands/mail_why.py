"""``postdesk mail why``, ``release`` and ``discard``: the quarantine from the command line."""

from __future__ import annotations

import click

from commands.environment import load_settings, now, plain_errors


@click.command("why")
@click.argument("mail_id", type=int, metavar="ID")
def why_command(mail_id: int) -> None:
    """Say where the mail with this ID is, and why: what `postdesk ledger` lists, and the pages."""
    from helpdesk import db
    from helpdesk.queries.inbox import mail_lines

    database = db.connect(load_settings())
    with plain_errors(), database.reading() as session:
        for line in mail_lines(session, mail_id):
            click.echo(line)


@click.command("release")
@click.argument("ids", nargs=-1, type=int, required=True, metavar="ID...")
def release_command(ids: tuple[int, ...]) -> None:
    """Have held mails filed after all; the filer does it within a second or two."""
    _decide(ids, "release", "released")


@click.command("discard")
@click.argument("ids", nargs=-1, type=int, required=True, metavar="ID...")
def discard_command(ids: tuple[int, ...]) -> None:
    """Delete held mails. Their source is kept; on the desk they can be taken back."""
    _decide(ids, "discard", "deleted")


def _decide(ids: tuple[int, ...], verb: str, done: str) -> None:
    from helpdesk import db
    from helpdesk.actions.release_mail import decide_mails
    from helpdesk.actor import SYSTEM

    database = db.connect(load_settings())
    with plain_errors(), database.transaction() as session:
        decided = decide_mails(session, SYSTEM, ids, verb, now=now())
    click.echo(f"{len(decided.mail_ids)} {done}.")
    if decided.too_late:
        raise click.ClickException(f"{decided.too_late} of them are not held (any more).")
