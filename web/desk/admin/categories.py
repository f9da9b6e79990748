"""Categories: what tickets may be about."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.edit_category import (
    DEFAULT,
    add_category,
    rename_category,
    use_category,
)
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.queries.administration import categories
from helpdesk.tickets.seen_form import seen_of
from web.desk.blueprint import blueprint, desk_page
from web.options import forget_options
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, transaction


@blueprint.get("/admin/categories")
@admin_only
def category_list() -> Response:
    """All categories."""
    return _page()


@blueprint.post("/admin/categories")
@admin_only
def add_one_category() -> Response:
    """Add a category."""
    label = request.form.get("label", "")
    return _changed(
        "Added.",
        lambda session: add_category(session, signed_in().actor, label, now=now()),
    )


@blueprint.post("/admin/categories/<int:category_id>")
@admin_only
def edit_category(category_id: int) -> Response:
    """Rename a category, or put it in or out of use."""
    actor, state = signed_in().actor, request.form.get("state", "")

    def change(session: Session) -> object:
        if state:
            return use_category(session, actor, category_id, state == "use", now=now())
        label, seen = request.form.get("label", ""), request.form.get("seen")
        return rename_category(session, actor, category_id, label, seen=seen, now=now())

    said = {"use": "In use again.", "retire": "Out of use. Tickets that have it keep it."}
    return _changed(said.get(state, "Renamed."), change, category_id)


def _changed(said: str, change: Callable[[Session], object], category_id: int = 0) -> Response:
    try:
        with transaction() as session:
            change(session)
    except InvalidInput as problem:
        return _page(422, category_id, problem.message)
    except ChangedMeanwhile as changed:
        return _page(409, category_id, meanwhile=changed)
    forget_options()
    flash(said)
    return redirect(url_for("desk.category_list"), 303)


def _page(
    status: int = 200,
    wrong_id: int = 0,
    problem_text: str = "",
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    """:param wrong_id: the category whose form came back; 0 for the one that adds."""
    found = categories(read_session(), signed_in().actor)
    return desk_page(
        "desk/admin/categories.html",
        status,
        found=found,
        seen={one.id: seen_of({"label": one.label}) for one in found},
        meanwhile=meanwhile,
        default=DEFAULT,
        form=request.form,
        wrong_id=wrong_id,
        problem_text=problem_text,
    )
