"""Many tickets at once: what the queue's selection asks for, its progress, and its undo."""

from __future__ import annotations

import time
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.change_many import (
    MOST,
    Selection,
    begin_again,
    begin_bulk,
    undo_bulk,
    work_off,
)
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import BulkField
from helpdesk.queries.bulk import BulkProgress, bulk_progress, newest_bulks
from helpdesk.queries.custom_fields import shown_columns
from helpdesk.queries.drafts import drafts_on
from helpdesk.queries.excerpts import excerpts
from helpdesk.queries.queue import choice_of
from helpdesk.queries.view_tickets import matching_count, rows_of
from helpdesk.queries.views import view_named
from helpdesk.text import clean_line
from helpdesk.tickets.snoozing import read_snooze
from web.desk.blueprint import blueprint, desk_page
from web.desk.canned import note_lacks
from web.desk.queue import read_moment
from web.desk.queue_address import HOME, address_of, known_view, queue_filter
from web.desk.snoozing import chosen_snooze, snooze_words
from web.options import category_label, forget_options, options
from web.outcomes import note_said
from web.rendering import status_label
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, store, transaction

AT_ONCE = 0.2
"""Seconds of work before the first answer; ten tickets are done by then."""
A_PART = 0.5
"""Seconds of work for each answer from then on."""
TYPED = "typed"
_SEVERAL = "Several fields are filled in: press the button beside the one that you mean."


@blueprint.post("/bulk")
@staff_only
def change_many() -> Response:
    """Give the chosen tickets a value: ``set`` is such as ``priority=high``; ``typed``, where Enter
    was pressed in a field, stands for what is typed.
    """
    form, actor, wanted = request.form, signed_in().actor, queue_filter(request.form)
    asked = form.get("set", "")
    if asked == TYPED:
        meant = _typed()
        if not meant:
            return make_response("", 204)  # the page stays as it is
        if len(meant) > 1:
            flash(f"Nothing was changed. {_SEVERAL}", "problem")
            return redirect(_list(), 303)
        (asked,) = meant
    field, _, value = asked.partition("=")
    if field == BulkField.ADD_TAG:
        value = value or form.get("typed_tag", "")
    if field == BulkField.CUSTOM and "=" not in value:
        value = f"{value}={form.get(f'field.{value}', '')}"
    if field == BulkField.MERGE and value == "typed":
        value = clean_line(form.get("typed_merge", ""), 40) or "none"
    view = form.get("view", HOME)
    view, seen_at = view if form.get("all") else "", read_moment(form.get("as_of", ""))
    counted_at = read_moment(form.get("counted_at", "")) or seen_at
    selection = Selection(_chosen(), view, wanted, seen_at, counted_at)
    try:
        if field == BulkField.SNOOZE and value:
            value = str(chosen_snooze(value, now()))
        with transaction() as session:
            bulk_id = begin_bulk(
                session,
                actor,
                selection,
                field,
                value,
                reason=form.get("reason", ""),
                now=now(),
            ).id
    except (InvalidInput, NotFound) as problem:
        flash(f"Nothing was changed. {problem}", "problem")
        return redirect(_list(), 303)
    return work_on(bulk_id)


@blueprint.post("/bulk/<int:bulk_id>/go-on")
@staff_only
def go_on(bulk_id: int) -> Response:
    """Work off the next part."""
    return work_on(bulk_id, A_PART)


@blueprint.post("/bulk/<int:bulk_id>/again")
@staff_only
def change_left(bulk_id: int) -> Response:
    """Change those that were left, whoever has them by now."""
    try:
        with transaction() as session:
            again = begin_again(session, signed_in().actor, bulk_id, now=now()).id
    except InvalidInput as problem:
        flash(f"Nothing was changed. {problem}", "problem")
        return redirect(_list(), 303)
    return work_on(again)


@blueprint.post("/bulk/<int:bulk_id>/undo")
@staff_only
def undo_many(bulk_id: int) -> Response:
    """Undo it, as far as nobody changed the tickets again since."""
    with transaction() as session:
        undo_bulk(session, signed_in().actor, bulk_id, now=now())
    return work_on(bulk_id, back=url_for("desk.me") if "from_me" in request.form else "")


@blueprint.get("/bulk/<int:bulk_id>")
@staff_only
def bulk(bulk_id: int) -> Response:
    """How far it is, and what could not be changed."""
    progress = bulk_progress(read_session(), signed_in().actor, bulk_id)
    return desk_page("desk/bulk.html", bulk=progress, words=_words(progress), back=_address())


@blueprint.get("/bulk/newest")
@staff_only
def newest_changes() -> Response:
    """The newest changes of many tickets, one's own and colleagues': to look at, or to undo."""
    found = newest_bulks(read_session(), signed_in().actor)
    return desk_page("desk/bulks.html", bulks=[(one, _words(one)) for one in found])


@blueprint.get("/bulk/count")
@staff_only
def count_matching() -> Response:
    """How many tickets the view showed at a moment, narrowed so: for “select all that match”."""
    view, wanted = request.args.get("view", HOME), queue_filter(request.args)
    until, session = read_moment(request.args.get("counted_at", "")), read_session()
    count = matching_count(session, signed_in().actor, view, wanted, most=MOST, until=until)
    words = f"{count:,}" if count <= MOST else f"{MOST:,}+"
    return make_response(words, {"Content-Type": "text/plain"})


@blueprint.get("/rows")
@staff_only
def rows() -> Response:
    """These tickets' rows as they are now, to be put in their places in an open queue."""
    return _rows(_chosen(request.args.getlist("ticket")))


def _rows(ids: list[int], told: dict[str, Any] | None = None) -> Response:
    """The rows of the list asked on, and with them what a change of many came to."""
    view, wanted = request.values.get("view", HOME), queue_filter(request.values)
    session, actor = read_session(), signed_in().actor
    shown = view_named(session, actor, view)
    found, still = rows_of(session, actor, view, wanted, ids)
    return desk_page(
        "desk/rows.html",
        page={"rows": found},
        view=shown,
        choice=choice_of(shown, wanted),
        wanted=wanted,
        place=wanted.place,
        still=still,
        excerpts=excerpts(session, found, wanted.query),
        drafts=drafts_on(session, (row.id for row in found if row.has_drafts)),
        as_of=now(),
        tags=options().tags,
        field_values=shown_columns(session, options().of(actor).fields, shown.columns, found),
        told=told,
    )


def work_on(bulk_id: int, seconds: float | None = None, *, back: str = "") -> Response:
    """Work some of it off, and lead to where its progress shows, or back to the list.

    :param seconds: for so long; :data:`AT_ONCE` if none are given.
    :param back: where it leads instead of to the list.
    """
    left = work_off(
        transaction,
        bulk_id,
        clock=store().clock,
        monotonic=time.monotonic,
        sleep=time.sleep,
        seconds=AT_ONCE if seconds is None else seconds,
    )
    progress = bulk_progress(read_session(), signed_in().actor, bulk_id)
    if progress.field == BulkField.ADD_TAG:
        forget_options()
    if request.form.get("in_place"):
        return _progress(progress)
    if left or progress.failed:
        values: dict[str, Any] = _address()
        return redirect(url_for("desk.bulk", bulk_id=bulk_id, **values), 303)
    flash(*_said(progress))
    return redirect(back or _list(), 303)


def _progress(progress: BulkProgress) -> Response:
    """For an open queue: how far it is; once it has ended, the rows that it shows as well."""
    note_said(*_said(progress))
    told = {"bulk": progress, "words": _words(progress), "back": _address()}
    shown = _chosen(request.form.getlist("shown"))
    if progress.has_ended and shown:
        return _rows(shown, told)
    return make_response(render_template("desk/_bulk.html", **told))


def _said(progress: BulkProgress) -> tuple[str, str]:
    """A notice's words, and its category."""
    return _words(progress), "message" if progress.is_undone else f"bulk {progress.id}"


def _words(progress: BulkProgress) -> str:
    """What was done, in a sentence."""
    changed = progress.changed
    many = f"{changed:,} ticket{'' if changed == 1 else 's'}"
    if progress.is_undone:
        return f"Undone: {many}."
    what = _what(progress)
    if not changed and progress.failed == 1 and progress.failures:
        number, _, problem = progress.failures[0]
        return problem if problem.startswith(number) else f"{number} was not changed: {problem}"
    if not changed and not progress.failed:
        return f"Nothing to change: {what} already."
    return f"{many}: {what}. {note_lacks(progress.gaps)}".strip()


def _what(progress: BulkProgress) -> str:
    """What the tickets are now."""
    match progress.field:
        case BulkField.STATUS:
            return f"{status_label(progress.value).lower()} now"
        case BulkField.PRIORITY:
            return f"priority {progress.value}"
        case BulkField.CATEGORY:
            return f"category {category_label(progress.value)}"
        case BulkField.FOLDER:
            return "in the inbox again" if progress.value == "inbox" else f"in {progress.value}"
        case BulkField.SNOOZE:
            wanted = read_snooze(progress.value)
            return snooze_words(wanted) if wanted else "awake"
        case BulkField.ADD_TAG:
            return f"tagged {progress.value}"
        case BulkField.REMOVE_TAG:
            return f"no longer tagged {progress.value}"
        case BulkField.CUSTOM:
            return progress.value
        case BulkField.MACRO:
            return f"done “{progress.value}”"
        case BulkField.MERGE:
            return f"merged into {progress.value}"
        case BulkField.MAILBOX:
            return f"in {progress.value}"
        case BulkField.TEAM:
            return f"of team {progress.value}" if progress.value else "of no team"
        case BulkField.ASSIGNEE:
            was = f", and was {progress.had_it}’s" if progress.had_it else ""
            return f"given to {progress.value}{was}" if progress.value else "given to nobody"


def _typed() -> list[str]:
    """What each field that something is typed in is for, as its button says it."""
    fields = {"typed_tag": "add_tag=", "typed_merge": "merge=typed", "until": "snooze=at"}
    for name in request.form:
        if name.startswith("field."):
            fields[name] = f"custom={name.removeprefix('field.')}"
    return [deed for name, deed in fields.items() if request.form.get(name, "").strip()]


def _chosen(values: list[str] | None = None) -> list[int]:
    wanted = request.form.getlist("ticket") if values is None else values
    return [int(one) for one in wanted if one.isascii() and one.isdigit() and len(one) < 19]


def _address() -> dict[str, str]:
    """The address of the list that this was asked on."""
    view = request.values.get("view", HOME)
    return address_of(known_view(view).name, queue_filter(request.values))


def _list() -> str:
    values: dict[str, Any] = {"key": request.values.get("key", "")[:300] or None, **_address()}
    return url_for("desk.queue", **values)
