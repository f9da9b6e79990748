"""``postdesk mail why``, ``release`` and ``discard``: the quarantine from the command line."""

from __future__ import annotations

from contextlib import suppress

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator
from mailgate.spool.spool import DamagedMailError, Spool, SpooledMail

_LARGEST_HEAD = 256 * 1024


@click.command("why")
@click.argument("name", metavar="ID|SPOOLNAME|MESSAGE-ID")
def why_command(name: str) -> None:
    """Say where a mail is, and why.

    It is named by its ID (as `postdesk ledger` and the pages have it), by the name that the SMTP
    server's 250 told, or by its Message-ID. Mails that came more than once are all told.
    """
    from helpdesk import db
    from helpdesk.queries.inbox import mail_lines, mails_named

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors(), database.reading() as session:
        found = mails_named(session, name)
        for mail_id in found:
            for line in mail_lines(session, mail_id):
                click.echo(line)
    if found:
        return
    waiting = _waiting(Spool(settings.spool_dir), name.strip().strip("<>"))
    for spool_name in waiting:
        click.echo(
            f"{spool_name} waits in this machine's spool, to be filed: "
            "it was accepted, and is safe."
        )
    if waiting:
        return
    raise click.ClickException(
        "There is no such mail here: no ID, spool name or Message-ID of an accepted mail is this."
    )


def _waiting(spool: Spool, name: str) -> list[str]:
    """The spool names of the waiting mails that are named so, or have this Message-ID."""
    from mailgate.parse.reader import scan_headers

    found = []
    for spool_name in sorted(spool.names()):
        with suppress(OSError, DamagedMailError):  # filed meanwhile, or not to be read
            if spool_name == name or scan_headers(_head(spool.read(spool_name))).message_id == name:
                found.append(spool_name)
    return found


def _head(mail: SpooledMail) -> bytes:
    with mail.open_raw() as file:
        return file.read(_LARGEST_HEAD)


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
    from helpdesk.actions.log_operator import log_operator
    from helpdesk.actions.release_mail import decide_mails

    database = db.connect(load_settings())
    with plain_errors(), database.transaction() as session:
        decided = decide_mails(session, operator(), ids, verb, now=now())
        if decided.mail_ids:
            named = ", ".join(map(str, decided.mail_ids))
            log_operator(session, operator(), verb, f"Mails {named} {done}", now=now())
    if decided.mail_ids:
        click.echo(f"{len(decided.mail_ids)} {done}.")
    if left := [mail_id for mail_id in ids if mail_id not in decided.mail_ids]:
        named = ", ".join(map(str, left))
        raise click.ClickException(
            f"These are not held (any more): {named}. `postdesk ledger` lists those that are."
        )
