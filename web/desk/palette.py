"""The palette: what somebody types leads to people and tickets, beside the desk's own deeds."""

from __future__ import annotations

from collections.abc import Iterable, Set

from flask import render_template, request

from helpdesk.folding import folded
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.known_people import known_people
from helpdesk.queries.queue import queue_page
from helpdesk.queries.queue_rows import QueueRow
from helpdesk.queries.search_query import LONGEST, SearchQuery
from web.desk.blueprint import blueprint
from web.desk.queue_address import VIEWS_OF_FOLDERS
from web.options import options
from web.sign_in import signed_in, staff_only
from web.store import read_session

MOST_TICKETS = 6
MOST_PEOPLE = 5


@blueprint.get("/palette")
@staff_only
def palette() -> str:
    """The people and the tickets that these words may mean: who is called so first."""
    session, actor = read_session(), signed_in().actor
    typed = request.args.get("q", "")[:LONGEST].strip()
    wanted = QueueFilter(search=typed, known=options().of(actor).fields)
    view = VIEWS_OF_FOLDERS.get(wanted.query.folder, "all")
    is_anything = wanted.query != SearchQuery(not_known=wanted.query.not_known)
    page = queue_page(session, actor, view, wanted, size=MOST_TICKETS) if is_anything else None
    people = known_people(session, actor, typed)[:MOST_PEOPLE]
    return render_template(
        "desk/_palette_found.html",
        tickets=page.rows if page else (),
        is_cut=page is not None and page.is_cut,
        people=people,
        claimed=_claimed(typed, page.rows if page else (), {one.address for one in people}),
        typed=typed,
        not_known=wanted.query.not_known,
    )


def _claimed(typed: str, rows: Iterable[QueueRow], known: Set[str]) -> list[tuple[str, str]]:
    """Names that nothing proves, as the list shows them, with the addresses that go by them."""
    words = folded(typed).split()
    found = {
        row.requester_address: row.claimed_name
        for row in rows
        if row.claimed_name and row.requester_address not in known
        if all(any(name.startswith(word) for name in folded(row.claimed_name).split())
               for word in words)
    }  # fmt: skip
    return [(name, address) for address, name in found.items()][:MOST_PEOPLE]
