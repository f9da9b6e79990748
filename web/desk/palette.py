"""The palette: what somebody types leads to people and tickets, beside the desk's own deeds."""

from __future__ import annotations

from flask import render_template, request

from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.known_people import known_people
from helpdesk.queries.queue import queue_page
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
    return render_template(
        "desk/_palette_found.html",
        tickets=page.rows if page else (),
        is_cut=page is not None and page.is_cut,
        people=known_people(session, actor, typed)[:MOST_PEOPLE],
        typed=typed,
        not_known=wanted.query.not_known,
    )
