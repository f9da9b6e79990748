"""``postdesk retention``: how long what is over is kept, and what goes by it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from commands.asking import ask_first
from commands.environment import load_settings, now, plain_errors
from commands.operator import operator

if TYPE_CHECKING:
    from helpdesk.db import Database
    from helpdesk.models import RetentionKind
    from helpdesk.queries.retention import RetentionView

_FOREVER = 10.0**9


@click.group("retention")
def retention_group() -> None:
    """How long what is over is kept. The ages are set in the browser: Settings, Retention."""


@retention_group.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_command(as_json: bool) -> None:
    """Show the age of each kind, what is older, and what went last."""
    _show(as_json=as_json)


@retention_group.command("run")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def run_command(yes: bool, as_json: bool) -> None:
    """Delete now what is old enough, instead of at night.

    An age that was set or made shorter within the last day does not count yet. Break it off when
    you like: the next run goes on.
    """
    from helpdesk import db
    from helpdesk.blobs import open_blobs
    from jobs.unused_files import remove_unused

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        if not as_json:
            _show(as_json=False)
        ask_first("Delete this now?", yes=yes)
        gone = _run(database)
        files = size = 0
        while (removed := remove_unused(database, open_blobs(settings), now=now())).more:
            files, size = files + removed.files, size + removed.size
    if as_json:
        click.echo(json.dumps({"deleted": gone, "files": files, "bytes": size}))
        return
    for kind, count in gone.items():
        click.echo(f"{kind}: {count:,} deleted")
    click.echo(f"{files:,} stored files, {size:,} bytes, removed")


def _run(database: Database) -> dict[RetentionKind, int]:
    from helpdesk.actions.delete_old import begin_runs, work_off_old
    from helpdesk.tickets.retention import rules

    with database.transaction() as session:
        going = begin_runs(session, operator(), now=now(), by_hand=True)
    for kind in going:
        work_off_old(
            database.transaction,
            operator(),
            kind,
            clock=now,
            monotonic=time.monotonic,
            sleep=time.sleep,
            seconds=_FOREVER,
        )
    with database.reading() as session:
        known = rules(session)
    return {kind: known[kind].gone for kind in going}


def _show(*, as_json: bool) -> None:
    from helpdesk import db
    from helpdesk.queries.retention import retention

    database = db.connect(load_settings())
    with plain_errors(), database.reading() as session:
        views = retention(session, operator(), now=now())
    if as_json:
        click.echo(json.dumps({view.kind: _values(view) for view in views}, default=_written))
        return
    for view in views:
        click.echo(_line(view))


def _values(view: RetentionView) -> dict[str, Any]:
    values = asdict(view)
    age = values.pop("age")
    return {"days": age["days"], "days_now": values.pop("current")} | values


def _written(moment: Any) -> str:
    return str(moment.isoformat())


def _line(view: RetentionView) -> str:
    name = view.kind.replace("_", " ")
    if view.age.days is None or view.would_go is None:
        return f"{name:>8}  kept for ever"
    going = view.would_go
    size = f", at most {going.size:,} bytes" if going.size else ""
    if going.is_estimate:
        size = size.replace("at most", "about")
    words = f"{name:>8}  {view.age.days:,} days: {going.count:,} older{size}"
    if view.current != view.age.days and view.age.begins_at:
        until = "all is kept" if view.current is None else f"{view.current:,} days count"
        words += f"; counts from {view.age.begins_at:%Y-%m-%d %H:%M} UTC, until then {until}"
    if view.next_run:
        words += f"; next run {view.next_run:%Y-%m-%d %H:%M} UTC"
    if view.last_run:
        last = view.last_run
        words += f"; last run {last.began_at:%Y-%m-%d}: {last.count:,}, {last.size:,} bytes"
    return words
