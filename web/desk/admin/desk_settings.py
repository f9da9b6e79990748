"""The settings of the desk: what holds for all of it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.set_desk import MOST_CLOSE_DAYS, set_close_days
from helpdesk.errors import InvalidInput
from helpdesk.tickets.desk_settings import desk_settings
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, transaction


@blueprint.get("/admin/desk")
@admin_only
def desk_settings_page() -> Response:
    """All of them."""
    return _page()


@blueprint.post("/admin/desk")
@admin_only
def set_desk_settings() -> Response:
    """Set them."""
    try:
        with transaction() as session:
            set_close_days(
                session, signed_in().actor, request.form.get("close_days", ""), now=now()
            )
    except InvalidInput as problem:
        return _page(422, {problem.field: problem.message})
    flash("Saved.")
    return redirect(url_for("desk.desk_settings_page"), 303)


def _page(status: int = 200, errors: dict[str, str] | None = None) -> Response:
    kept = desk_settings(read_session()).close_days
    return desk_page(
        "desk/admin/desk.html",
        status,
        close_days=request.form.get("close_days", "" if kept is None else str(kept)),
        most_days=MOST_CLOSE_DAYS,
        errors=errors or {},
    )
