"""The queue: the desk's home. And its poll, by which open pages learn of what came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.wrappers import Response

from helpdesk.errors import NotFound
from helpdesk.queries.custom_fields import shown_columns
from helpdesk.queries.drafts import drafts_on
from helpdesk.queries.excerpts import excerpts
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.poll import changed_in_view
from helpdesk.queries.queue import QueuePage, queue_page
from helpdesk.queries.queue_order import choices_of
from helpdesk.queries.tags import called_now
from helpdesk.queries.views import VIEWS, may_change_view, searched, view_counts, view_named
from helpdesk.vocabulary import STATUSES, Status
from web.desk.blueprint import blueprint, desk_page
from web.desk.figures import shown_figures
from web.desk.queue_address import HOME, VIEWS_OF_FOLDERS, address_of, queue_filter
from web.desk.search_help import EXAMPLES, what_was_meant
from web.desk.sorting import LABELS, remember_sort
from web.desk.view_list import not_more, saved_views, shown_count, shown_counts, shown_places
from web.options import Options, category_label, options
from web.sign_in import signed_in, staff_only
from web.store import now, read_session


@blueprint.get("")
@staff_only
def queue() -> Response:
    """One page of a view, narrowed by what the address asks for.

    A search that finds nothing in its view is shown for all tickets.
    """
    session, actor = read_session(), signed_in().actor
    wanted, view_name = queue_filter(request.args), request.args.get("view", HOME)
    view_name = VIEWS_OF_FOLDERS.get(wanted.query.folder, view_name)
    key = request.args.get("key", "")[:300]
    try:
        page = queue_page(session, actor, view_name, wanted, key=key)
    except NotFound:
        if not view_name.startswith("v"):
            raise
        return _view_is_gone()
    page, nothing_in = (page, "") if key else _widened(page)
    offered = options().of(actor)
    answer = desk_page(
        "desk/queue.html",
        page=page,
        view=page.view,
        choice=page.choice,
        sorts=_sorts(page, wanted),
        sort_labels=LABELS,
        views_by_name=VIEWS,
        search_examples=EXAMPLES,
        wanted=wanted,
        place=wanted.place,
        address=address_of(page.view.name, wanted),
        excerpts=excerpts(session, page.rows, searched(page.view, wanted)),
        drafts=drafts_on(session, (row.id for row in page.rows if row.has_drafts)),
        field_values=shown_columns(session, offered.fields, page.view.columns, page.rows),
        nothing_in=nothing_in,
        called_now=_called_now(wanted),
        misses=() if key else what_was_meant(page),
        options=offered,
        key=key,
        may_change=page.view.saved_id and may_change_view(actor, page.view.owner_id),
        asks_reason=any(box.asks_reason for box in offered.mailboxes),
        chosen=_chosen(wanted, page.view.name, offered),
        figures=shown_figures(),
        as_of=now(),
    )
    remember_sort(answer, page.view.name, page.view.root)
    return answer


def _view_is_gone() -> Response:
    flash("This view is gone: it was deleted, or is no longer shared.")
    return cast(Response, redirect(url_for("desk.queue", view=HOME), 303))


def _called_now(wanted: QueueFilter) -> dict[str, str]:
    """What tags that are asked for by a former name are called now, by that name."""
    return called_now(read_session(), (*wanted.tags, *wanted.query.other_tags))


def _widened(page: QueuePage) -> tuple[QueuePage, str]:
    """What all tickets have, where a search finds nothing in its view and names no folder; and that
    view's name."""
    is_told = page.rows or page.is_cut or page.wanted.query.folder
    if is_told or not page.wanted.query.has_words or page.view.name == "all":
        return page, ""
    widened = queue_page(read_session(), signed_in().actor, "all", page.wanted)
    return (widened, page.view.label) if widened.rows or widened.is_cut else (page, "")


def _sorts(page: QueuePage, wanted: QueueFilter) -> list[tuple[str, str, dict[str, str]]]:
    """The orders that the list can be shown in: name, words, and the address with it."""
    address = address_of(page.view.name, wanted)
    names = [choice.name for choice in choices_of(page.view.root)]
    return [(name, LABELS[name], {**address, "sort": name}) for name in names]


@blueprint.get("/pulse")
@staff_only
def queue_poll() -> Response:
    """For an open queue, every few seconds: the counts, and how many tickets came or changed."""
    actor, view_name = signed_in().actor, request.args.get("view", HOME)
    session, wanted = read_session(), queue_filter(request.args)
    since = read_moment(request.args.get("since", "")) or now()
    changed = changed_in_view(session, actor, view_name, since, wanted)
    counts = view_counts(session, actor)
    totals, unread, _ = shown_counts(anew=True)
    return make_response(
        render_template(
            "desk/_queue_poll.html",
            view=view_named(session, actor, view_name),
            address=address_of(view_name, wanted),
            whole=wanted.is_empty,
            plain=wanted.is_empty and view_name in VIEWS,
            changed=changed,
            counts={name: shown_count(count) for name, count in counts.items()} | totals,
            views=VIEWS.values(),
            saved_views=saved_views(),
            unread=not_more(unread, counts),
            places=shown_places(),
            place=wanted.place,
            figures=shown_figures(),
        )
    )


def _chosen(
    wanted: QueueFilter, view: str, offered: Options
) -> list[tuple[str, Mapping[str, str]]]:
    """The fields that narrow the view: words for each, and the address without it."""
    return [
        (_words(name, value, offered), address_of(view, wanted, without=name))
        for name, value in wanted.fields.items()
    ]


def _words(name: str, value: str, offered: Options) -> str:
    label = value if name == "tag" else value.capitalize()
    if name == "status" and value in STATUSES:
        label = STATUSES[Status(value)].label
    elif name == "category":
        label = category_label(value)
    elif name == "assignee":
        people = {str(person.id): person.name for person in offered.staff}
        label = {"me": "Me", "none": "Nobody", **people}.get(value, "Somebody else")
    elif name == "team":
        names = {str(team.id): team.name for team in offered.teams}
        label = {"none": "None", **names}.get(value, "Unknown")
    elif name == "mailbox":
        label = {str(box.id): box.name for box in offered.mailboxes}.get(value, "Unknown")
    return f"{name.capitalize()}: {label}"


def read_moment(text: str) -> datetime | None:
    """A moment with its zone, as a page wrote it; None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
