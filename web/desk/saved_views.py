"""Saved views: the list of them, and the form in which a search is saved under a name."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.save_view import (
    LAST_PLACE,
    LONGEST_NAME,
    ViewDraft,
    change_view,
    delete_view,
    restore_view,
    save_view,
)
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import choice_of
from helpdesk.queries.queue_order import Choice, choices_of
from helpdesk.queries.search_query import LONGEST
from helpdesk.queries.views import COLUMNS, VIEWS, View, may_change_view, view_named, view_words
from helpdesk.text import bounded_int
from helpdesk.tickets.access import id_written
from helpdesk.tickets.seen_form import seen_of
from web.desk.blueprint import blueprint, desk_page
from web.desk.queue_address import known_view, queue_filter
from web.desk.sorting import LABELS
from web.desk.undo import undo_at
from web.desk.view_list import forget_views, saved_views
from web.options import options
from web.row_marks import tag_search
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction

COLUMN_LABELS = {
    "category": "Category",
    "status": "Status",
    "tags": "Tags",
    "mailbox": "Mailbox",
    "files": "Paperclip",
    "messages": "Number of messages",
    "assignee": "Assignee",
}


@blueprint.get("/views")
@staff_only
def view_list() -> Response:
    """The saved views that one has."""
    actor = signed_in().actor
    found = [(one, may_change_view(actor, one.owner_id)) for one in saved_views()]
    people = {person.id: person.name for person in options().staff}
    return desk_page("desk/saved_views.html", found=found, people=people, labels=VIEWS)


@blueprint.get("/views/new")
@staff_only
def new_view() -> Response:
    """The form for a new one, filled in with the list that one came from."""
    view, wanted = known_view(request.args.get("view", "all")), queue_filter(request.args)
    search = " ".join(filter(None, (view.search, _fields_as_search(wanted), wanted.search)))
    choice = choice_of(view, wanted)
    draft = ViewDraft(
        name="",
        search=search,
        base=view.root,
        sort="" if choice == Choice(view.sorting) else choice.name,
        columns=tuple(view.columns),
    )
    return _form(draft)


@blueprint.post("/views/new")
@staff_only
def add_view() -> Response:
    """Save a view, and show it."""
    draft = _draft_in_form()
    try:
        with transaction() as session:
            made = save_view(session, signed_in().actor, draft, now=now()).id
    except InvalidInput as problem:
        return _form(draft, status=422, problem=problem)
    forget_views()
    flash(f"“{draft.name.strip()}” saved.")
    return redirect(url_for("desk.queue", view=f"v{made}"), 303)


@blueprint.get("/views/<int:view_id>")
@staff_only
def saved_view(view_id: int) -> Response:
    """The form of one."""
    one = view_named(read_session(), signed_in().actor, f"v{view_id}")
    return _form(_draft_of(one), one)


@blueprint.post("/views/<int:view_id>")
@staff_only
def edit_view(view_id: int) -> Response:
    """Change one."""
    one = view_named(read_session(), signed_in().actor, f"v{view_id}")
    draft = _draft_in_form()
    try:
        with transaction() as session:
            seen = request.form.get("seen")
            change_view(session, signed_in().actor, view_id, draft, seen=seen, now=now())
    except InvalidInput as problem:
        return _form(draft, one, status=422, problem=problem)
    except ChangedMeanwhile as changed:
        return _form(draft, one, status=409, meanwhile=changed)
    forget_views()
    flash("Saved.")
    return redirect(url_for("desk.queue", view=one.name), 303)


@blueprint.post("/views/<int:view_id>/delete")
@staff_only
def remove_view(view_id: int) -> Response:
    """Delete one; the notice that says so offers to undo it."""
    with transaction() as session:
        name = delete_view(session, signed_in().actor, view_id, now=now()).name
    forget_views()
    flash(f"“{name}” is deleted.", undo_at("desk.bring_view_back", "deleted", view_id))
    return redirect(url_for("desk.view_list"), 303)


@blueprint.post("/views")
@staff_only
def bring_view_back() -> Response:
    """Undo that one was deleted."""
    view_id = id_written(request.form.get("deleted", ""))
    with transaction() as session:
        name = restore_view(session, signed_in().actor, view_id, now=now()).name
    forget_views()
    flash(f"“{name}” is back.")
    return redirect(url_for("desk.queue", view=f"v{view_id}"), 303)


def _fields_as_search(wanted: QueueFilter) -> str:
    """The fields that a list is narrowed by, in the words of the search."""
    parts = []
    if wanted.status:
        parts.append(f"is:{wanted.status.replace('_', '-')}")
    for name in ("priority", "category"):
        if value := getattr(wanted, name):
            parts.append(f"{name}:{value}")
    people = {str(person.id): person.name for person in options().staff}
    if wanted.assignee:
        parts.append(f'assignee:"{people.get(wanted.assignee, wanted.assignee)}"')
    boxes = {str(box.id): box.address for box in options().mailboxes}
    if wanted.mailbox in boxes:
        parts.append(f"mailbox:{boxes[wanted.mailbox]}")
    if wanted.tag:
        parts.append(tag_search(wanted.tag))
    return " ".join(parts)


def _draft_of(one: View) -> ViewDraft:
    return ViewDraft(
        name=one.label,
        search=one.search,
        base=one.root,
        sort=one.sort,
        columns=tuple(one.columns),
        shared=one.shared,
        position=one.position,
    )


def _draft_in_form() -> ViewDraft:
    form = request.form
    place = bounded_int(form.get("position") or "0", least=0, most=LAST_PLACE)
    return ViewDraft(
        name=form.get("name", ""),
        search=form.get("search", "")[: 4 * LONGEST],
        base=form.get("base", "all"),
        sort=form.get("sort", ""),
        columns=tuple(form.getlist("column")),
        shared=bool(form.get("shared")),
        position=-1 if place is None else place,
    )


def _form(
    draft: ViewDraft,
    one: View | None = None,
    *,
    status: int = 200,
    problem: InvalidInput | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    found = (problem, *problem.others) if problem else ()
    actor = signed_in().actor
    # Those that another view has are refused with a word about it: pages need no script for that.
    names = {choice.name for view in VIEWS for choice in choices_of(view)}
    return desk_page(
        "desk/saved_view.html",
        status,
        draft=draft,
        one=one,
        seen=seen_of(view_words(one, known_fields(read_session(), actor))) if one else "",
        meanwhile=meanwhile,
        may_change=one is None or may_change_view(actor, one.owner_id),
        is_own=one is None or one.owner_id == actor.person_id,
        errors={each.field: each.message for each in found},
        bases=VIEWS.values(),
        sorts={name: label for name, label in LABELS.items() if name in names},
        columns={
            **{name: COLUMN_LABELS[name] for name in COLUMNS},
            **{one.input: one.name for one in options().of(actor).fields},
        },
        most={"name": LONGEST_NAME, "search": LONGEST, "position": LAST_PLACE},
    )
