"""Categories: what tickets may be about."""

from __future__ import annotations

from functools import partial

from flask import request
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
from web.desk.admin.saving import saved
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session


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

    def add(session: Session) -> str:
        add_category(session, signed_in().actor, label, now=now())
        return "Added."

    return saved(add, "desk.category_list", _page)


@blueprint.post("/admin/categories/<int:category_id>")
@admin_only
def edit_category(category_id: int) -> Response:
    """Rename a category, or put it in or out of use."""
    actor, state = signed_in().actor, request.form.get("state", "")

    def change(session: Session) -> str:
        if state:
            use_category(session, actor, category_id, state == "use", now=now())
            return (
                "In use again." if state == "use" else "Out of use. Tickets that have it keep it."
            )
        label, seen = request.form.get("label", ""), request.form.get("seen")
        rename_category(session, actor, category_id, label, seen=seen, now=now())
        return "Renamed."

    return saved(change, "desk.category_list", partial(_page, wrong_id=category_id))


def _page(
    status: int = 200,
    *,
    wrong_id: int = 0,
    problem: InvalidInput | None = None,
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
        problem_text=problem.message if problem else "",
    )
