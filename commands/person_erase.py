"""``postdesk person erase``: everything that is kept of somebody, shown and then erased."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from commands.asking import ask_first
from commands.environment import load_settings, now, plain_errors
from commands.operator import operator

if TYPE_CHECKING:
    from helpdesk.queries.erasure import ErasurePlan


@click.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print what went as one JSON object.")
def erase_person_command(email: str, yes: bool, as_json: bool) -> None:
    """Erase all that is kept of the customer with the address EMAIL.

    Says first what goes, and asks. Tickets with others on them stay, without this person's words. A
    hash of the address stays in erasures.jsonl in the data folder, so that no restore of an older
    backup brings them back.
    """
    from helpdesk import db, tombstones
    from helpdesk.actions import erase_person
    from helpdesk.errors import InvalidInput
    from helpdesk.queries.erasure import erasures, plan_erasure

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        with database.reading() as session:
            plan = plan_erasure(session, operator(), email)
        if plan.is_nothing:
            raise InvalidInput("email", f"Nothing is kept of {email}.")
        click.echo(_words(plan), err=as_json)
        ask_first(f"Erase {email} for good?", yes=yes)
        with database.transaction() as session:
            erasure_id = erase_person.begin_erasure(session, operator(), plan, now=now()).id
        with database.reading() as session:
            stones = erase_person.kept_tombstones(session)
        tombstones.write_tombstones(settings.data_dir / tombstones.NAME, stones)
        erase_person.work_off_erasure(
            database.reading, database.transaction, erasure_id, clock=now, sleep=time.sleep
        )
        with database.reading() as session:
            known = {one.id: one.counts for one in erasures(session, operator())}
    counts = known[erasure_id]
    if as_json:
        click.echo(json.dumps({"erasure": erasure_id, **counts}))
        return
    click.echo(
        f"Erasure {erasure_id} is done; {counts['rows']:,} other rows named them. Stored files "
        "that nobody else has go within a minute, those stored within the last day a day later."
    )


def _words(plan: ErasurePlan) -> str:
    lines = [
        f"{len(plan.alone):,} tickets go, with {plan.messages:,} messages and {plan.files:,} files "
        f"of {plan.size:,} bytes",
        f"{len(plan.shared):,} tickets with others on them stay, without this person's words",
        f"{len(plan.inbound):,} mails from them and {len(plan.outbound):,} to them",
        f"{plan.orders:,} orders",
    ]
    return "\n".join(lines)
