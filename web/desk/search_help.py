"""What helps to search: words that may be meant while one types, the number of hits, and others."""

from __future__ import annotations

from collections.abc import Iterable

from flask import jsonify, make_response, request, url_for
from flask.wrappers import Response

from helpdesk.models import FieldKind
from helpdesk.queries.known_people import known_people
from helpdesk.queries.near_misses import NearMiss, near_misses
from helpdesk.queries.queue import QueuePage, count_found
from helpdesk.vocabulary import PRIORITIES, STATUSES, Folder
from web.desk.blueprint import blueprint
from web.desk.queue_address import queue_filter
from web.desk.view_list import saved_views
from web.options import options
from web.sign_in import signed_in, staff_only
from web.store import read_session

MOST_HITS = 1000
COUNTS_FOR = 0.5
"""So many seconds: the page is there, and waits for nothing."""
OPERATORS = {
    "is": "how it stands: open, unanswered, snoozed",
    "assignee": "whom it was given to",
    "from": "whose it is: an address, or a domain",
    "cc": "who is in copy",
    "tag": "a tag",
    "category": "a category",
    "priority": "a priority",
    "mailbox": "a mailbox",
    "team": "a team",
    "subject": "words of the subject",
    "has": "a file, or an order",
    "order": "an order's number",
    "before": "begun before a day: 2026-01-31",
    "after": "begun after a day",
    "in": "in spam or trash",
}
"""The operators that are offered, the likeliest first, and what each narrows by."""
EXAMPLES = (
    ("kettle leaks", "both words, anywhere in a ticket"),
    ('"exact words"', "these words, one after another"),
    ("kettle -mug", "without a word"),
    ("kettle OR mug", "one of the two"),
    ("is:unanswered assignee:me", "by how it stands, and who has it"),
    ("from:firma.example", "by address or domain; cc: for who is in copy"),
    ("subject:kettle", "in the subject alone"),
    ("tag:refund -tag:vip", "with a tag, without another"),
    ("priority:high category:refund", "by priority and category"),
    ("has:attachment order:A-77", "with a file; about an order"),
    ("after:2026-01-31 before:2026-03-01", "by the day on which it began"),
    ("in:spam", "in spam, or in:trash"),
)
"""Searches to learn from."""
_HOW = {
    FieldKind.NUMBER: ": 50, >50, 10..20",
    FieldKind.DATE: ": 2026-01-31, >2026-01-31, 2026-01-01..2026-01-31",
}
"""What can be said of fields that are compared."""
_STATES = ("unanswered", "answered", "mine", "unassigned", "snoozed")


@blueprint.get("/search-words")
@staff_only
def search_words() -> Response:
    """The operators (``operators``: name and words), and the values of those that have a list
    (``values``: by name, value and words), and the saved views (``views``: name and address). With
    ``q`` the people whom that may mean (``people``).
    """
    actor = signed_in().actor
    if typed := request.args.get("q", "")[:100]:
        people = known_people(read_session(), actor, typed)[:8]
        return jsonify({"people": [[one.address, one.name] for one in people]})
    offered = options().of(actor)
    statuses = [(name.replace("_", "-"), words.label) for name, words in STATUSES.items()]
    values: dict[str, Iterable[tuple[str, str]]] = {
        "is": [*statuses, *((name, "") for name in _STATES)],
        "in": [(name, "") for name in (Folder.SPAM, Folder.TRASH)],
        "has": [("attachment", "a file"), ("order", "an order")],
        "priority": [(str(name), "") for name in PRIORITIES],
        "category": list(offered.all_categories.items()),
        "assignee": [("me", ""), ("none", ""), *((one.name, "") for one in offered.staff)],
        "mailbox": [(box.address, box.name) for box in offered.mailboxes],
        "tag": [(tag.name, "") for tag in offered.tags],
        "team": [(team.name, "") for team in offered.teams],
    }
    views = [(one.label, url_for("desk.queue", view=one.name)) for one in saved_views()]
    keys = {field.key: field for field in offered.fields}
    values["has"] = [*values["has"], *((key, field.name) for key, field in keys.items())]
    for field in offered.fields:
        names = [(one.name, "") for one in field.offered]
        values[field.key] = [*values.get(field.key, ()), *names]
    own = [(key, f"{field.name}{_HOW.get(field.kind, '')}") for key, field in keys.items()]
    return jsonify({"operators": [*OPERATORS.items(), *own], "values": values, "views": views})


@blueprint.get("/hits")
@staff_only
def count_hits() -> Response:
    """How many tickets a search finds in a view, in words: “1,283”, or “1,000+”."""
    view, wanted = request.args.get("view", "all"), queue_filter(request.args)
    session, actor = read_session(), signed_in().actor
    count, is_more = count_found(session, actor, view, wanted, most=MOST_HITS, seconds=COUNTS_FOR)
    words = f"{count:,}{'+' if is_more else ''}"
    return make_response(f"{words} found", {"Content-Type": "text/plain"})


def what_was_meant(page: QueuePage) -> tuple[NearMiss, ...]:
    """Other searches, for one that found nothing."""
    if page.rows or page.is_cut or not page.wanted.search.strip():
        return ()
    view = "all" if page.view.folder == Folder.INBOX else page.view.name
    return near_misses(read_session(), signed_in().actor, view, page.wanted)
