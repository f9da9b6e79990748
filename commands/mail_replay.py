"""``postdesk mail replay``: read mails again from raw, and show what would be different."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator

if TYPE_CHECKING:
    from helpdesk.actions.replay_mail import Difference
    from mailgate.filing.replay import Replayed

_MOST_LINES = 12
"""Of one difference: a text that changed throughout would bury the others."""


@click.command("replay")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="All mails that came since this day (UTC).",
)
@click.option("--apply", "keep", is_flag=True, help="Keep today's reading; without it, only show.")
def replay_command(ids: tuple[int, ...], since: datetime | None, keep: bool) -> None:
    """Read mails again from their raw bytes, and show what would be different.

    With --apply the text, its parts, the files and the kind are brought up to date; a mail that was
    held because it could not be read is released. No mail changes its ticket, and nothing is filed
    or sent a second time, however often this runs.
    """
    if bool(ids) == (since is not None):
        raise click.UsageError("Give the mails' IDs, or --since and a day.")
    from helpdesk import db
    from helpdesk.actions.log_operator import log_operator
    from helpdesk.blobs import open_blobs
    from helpdesk.queries.mails import mails_since
    from mailgate.filing.replay import replay

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        if since is not None:
            with database.reading() as session:
                ids = tuple(mails_since(session, since.replace(tzinfo=UTC)))
        results = replay(database, open_blobs(settings), operator(), ids, keep=keep, now=now())
        changed, failed = _print(results, len(ids), keep)
        if keep:
            with database.transaction() as session:
                words = f"{len(ids)} mails read again, {changed} changed"
                log_operator(session, operator(), "replay", words, now=now())
    if failed:
        raise SystemExit(1)


def _print(results: Iterator[Replayed], count: int, keep: bool) -> tuple[int, int]:
    """Show what is read otherwise; how many changed, and how many could not be read."""
    changed = failed = 0
    with click.progressbar(
        results, length=count, label="Reading", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        for result in shown:
            lines = list(_lines(result))
            if lines:
                click.echo("\n".join(lines))
            changed += any(not one.is_advice for one in result.differences)
            failed += bool(result.problem)
    verb = "changed" if keep else "would change"
    click.echo(f"{changed} of {count} mail{'s' if count != 1 else ''} {verb}.")
    if changed and not keep:
        click.echo("Nothing was written. Run it again with --apply to keep today's reading.")
    return changed, failed


def _lines(result: Replayed) -> Iterator[str]:
    if not result.differences and not result.problem:
        return
    if not result.state:  # none with this number
        yield f"mail {result.mail_id}: {result.problem}"
        return
    yield f"mail {result.mail_id} · {result.subject or '(no subject)'} · {result.state}"
    if result.problem:
        yield f"  {result.problem}"
    for one in result.differences:
        yield f"  {one.what}{' (not changed: move it on its page)' if one.is_advice else ''}"
        yield from _diff(one)
    yield ""


def _diff(one: Difference) -> Iterator[str]:
    found = [
        line
        for line in difflib.unified_diff(
            one.old.splitlines(), one.new.splitlines(), lineterm="", n=0
        )
        if not line.startswith(("---", "+++", "@@"))
    ]
    for line in found[:_MOST_LINES] or ["  (blank lines or spaces only)"]:
        yield f"    {line[0]} {line[1:160]}"
    if len(found) > _MOST_LINES:
        yield f"    … and {len(found) - _MOST_LINES} lines more"
