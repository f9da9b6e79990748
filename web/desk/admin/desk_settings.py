"""The settings of the desk: what holds for all of it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.set_desk import (
    MOST_CLOSE_DAYS,
    check_settings_seen,
    set_answering_takes,
    set_close_days,
    set_thanks_keep_finished,
    settings_words,
)
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.tickets.seen_form import seen_of
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, transaction

_SWITCHES = ("answering_takes", "thanks_keep_finished")


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
            actor, moment = signed_in().actor, now()
            check_settings_seen(session, actor, request.form.get("seen"))
            set_close_days(session, actor, request.form.get("close_days", ""), now=moment)
            set_answering_takes(session, actor, "answering_takes" in request.form, now=moment)
            keep = "thanks_keep_finished" in request.form
            set_thanks_keep_finished(session, actor, keep, now=moment)
    except InvalidInput as problem:
        return _page(422, {problem.field: problem.message})
    except ChangedMeanwhile as changed:
        return _page(409, meanwhile=changed)
    flash("Saved.")
    return redirect(url_for("desk.desk_settings_page"), 303)


def _page(
    status: int = 200,
    errors: dict[str, str] | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    settings = desk_settings(read_session())
    kept, typed = settings.close_days, request.method == "POST"
    return desk_page(
        "desk/admin/desk.html",
        status,
        seen=seen_of(settings_words(settings)),
        meanwhile=meanwhile,
        close_days=request.form.get("close_days", "" if kept is None else str(kept)),
        switches={
            name: name in request.form if typed else getattr(settings, name) for name in _SWITCHES
        },
        most_days=MOST_CLOSE_DAYS,
        errors=errors or {},
    )
