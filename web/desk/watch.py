"""Whether mail comes in: the alarms that every page of the desk shows, and the page behind them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from flask import Flask, current_app
from flask.wrappers import Response

from helpdesk import schema
from helpdesk.disks import disks
from helpdesk.queries.fetches import fetch_views
from helpdesk.queries.gateways import gateways, of_other_versions, running_parts
from helpdesk.queries.mail_watch import AlarmView, Flight, alarms, flights, mailbox_watches
from helpdesk.queries.own_relays import own_relay_views
from helpdesk.queries.withheld import withheld_lately
from web.cached import CachedValue
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, store

_KEY = "postdesk-alarms"
_SECONDS = 3
HEIGHT = 100


@dataclass(frozen=True)
class Mark:
    """A canary in the chart: in a hundred units of height, from the top. ``lost`` is at the top."""

    column: int
    top: float
    lost: bool


def init_app(app: Flask) -> None:
    """Have every template know the alarms, read anew every few seconds."""
    cached: CachedValue[tuple[AlarmView, ...]] = CachedValue(
        lambda: alarms(read_session()), seconds=_SECONDS
    )
    app.extensions[_KEY] = cached


@blueprint.context_processor
def _for_templates() -> dict[str, object]:
    return {"alarms": current_app.extensions[_KEY].get}


@blueprint.get("/mail/watch")
@staff_only
def mail_watch() -> Response:
    """Each mailbox and how unusual its silence is; the canary's flights."""
    actor, moment = signed_in().actor, now()
    settings = store().settings
    found = flights(read_session(), actor, moment)
    parts = running_parts(read_session())
    slowest = max((flight.seconds for flight in found if flight.seconds is not None), default=0.0)
    return desk_page(
        "desk/watch.html",
        mailboxes=mailbox_watches(read_session(), actor, moment),
        fetches=fetch_views(read_session(), actor, moment),
        own_relays=own_relay_views(read_session(), actor),
        flights=found,
        marks=_marks(found, slowest),
        withheld=withheld_lately(read_session(), actor, moment),
        slowest=slowest,
        canary=settings.canary,
        captured=settings.relay.scheme == "capture",
        disks=disks(settings),
        gateways=gateways(read_session()),
        parts=parts,
        other_versions=of_other_versions(parts, version("postdesk"), schema.newest()),
        moment=moment,
    )


def _marks(found: tuple[Flight, ...], slowest: float) -> list[Mark]:
    marks = []
    for column, flight in enumerate(found):
        if flight.seconds is None:
            marks.append(Mark(column, 0, lost=True))
        else:
            height = max(3.0, flight.seconds / max(slowest, 1.0) * (HEIGHT - 8))
            marks.append(Mark(column, round(HEIGHT - height, 1), lost=False))
    return marks
