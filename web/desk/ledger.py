"""The ledger's page: where every accepted mail is, in all and by the hour."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.wrappers import Response

from helpdesk.queries.ledger import current_ledger
from helpdesk.queries.ledger_hours import LedgerHour, ledger_hours
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import now, store

HEIGHT = 100


@dataclass(frozen=True)
class HourBar:
    """A piece of an hour's column: in a hundred units of height, from the top."""

    column: int
    top: float
    height: float
    kind: str


@blueprint.get("/mail/ledger")
@staff_only
def mail_ledger() -> Response:
    """Where every accepted mail is: the same numbers as ``postdesk ledger``, and the last day."""
    place = store()
    hours_back = 47 if request.args.get("hours") == "47" else 24
    try:
        counts = current_ledger(place.settings.spool_dir, place.database, tries=5)
        hours = ledger_hours(
            place.settings.spool_dir,
            place.database,
            signed_in().actor,
            now=now(),
            hours=hours_back,
            tries=3,
        )
    except OSError as problem:
        return desk_page("desk/ledger.html", counts_of_mail=None, problem=problem.strerror)
    most = max(1, *(max(hour.accepted, _placed(hour)) for hour in hours))
    return desk_page(
        "desk/ledger.html",
        counts_of_mail=counts,
        hours=hours,
        bars=_bars(hours, most),
        most=most,
        hours_back=hours_back,
        no_spool=not place.settings.spool_dir.exists(),
    )


def _placed(hour: LedgerHour) -> int:
    return hour.filed + hour.held + hour.set_aside + hour.waiting


def _bars(hours: tuple[LedgerHour, ...], most: int) -> list[HourBar]:
    """The columns in pieces, stacked from the bottom; what is nowhere is a piece of its own."""
    bars = []
    for column, hour in enumerate(hours):
        bottom = float(HEIGHT)
        for kind, count in (
            ("filed", hour.filed),
            ("set-aside", hour.set_aside),
            ("waiting", hour.waiting),
            ("held", hour.held),
            ("missing", max(0, hour.difference)),
        ):
            if count > 0:
                # One mail among thousands is still to be seen.
                height = max(1.5, count / most * (HEIGHT - 4))
                bottom -= height
                bars.append(HourBar(column, round(bottom, 2), round(height, 2), kind))
    return bars
