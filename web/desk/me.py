"""One's own settings: how one works at the desk, what one is mailed about, language and zone."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.set_away import set_away, unfinished_count
from helpdesk.actions.set_habits import MOST, set_habits
from helpdesk.actions.set_mails import set_mails, time_zones
from helpdesk.errors import InvalidInput
from helpdesk.languages import LANGUAGES
from helpdesk.mail_out.notification_kinds import STAFF_KINDS
from helpdesk.models import Person
from helpdesk.queries.bulk import handed_back
from helpdesk.text import bounded_int
from web.desk.blueprint import blueprint, desk_page
from web.desk.bulk import work_on
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction


@blueprint.get("/me")
@staff_only
def me() -> Response:
    """One's own settings."""
    return _form()


@blueprint.post("/me")
@staff_only
def save_me() -> Response:
    """Save them."""
    form, actor = request.form, signed_in().actor
    seconds = bounded_int(form.get("undo_seconds", "").strip(), most=999_999_999)
    try:
        with transaction() as session:
            set_habits(
                session,
                actor,
                undo_seconds=-1 if seconds is None else seconds,
                single_keys="single_keys" in form,
                dense="dense" in form,
            )
            set_mails(
                session,
                actor,
                wanted=form.getlist("mailed"),
                language=form.get("language", ""),
                time_zone=form.get("time_zone", "").strip(),
            )
    except InvalidInput as problem:
        return _form({problem.field: problem.message}, 422)
    flash("Saved.")
    return redirect(url_for("desk.me"), 303)


@blueprint.post("/me/away")
@staff_only
def say_away() -> Response:
    """Say that one is away (``away``), and hand one's tickets back (``hand_back``); or there."""
    form, away = request.form, "away" in request.form
    with transaction() as session:
        bulk = set_away(session, signed_in().actor, away, hand_back="hand_back" in form, now=now())
        bulk_id = bulk.id if bulk else None
    flash("You are away: no new ticket is handed out to you." if away else "You are there again.")
    if bulk_id is not None:
        return work_on(bulk_id, back=url_for("desk.me"))
    return redirect(url_for("desk.me"), 303)


def _form(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    person = read_session().get_one(Person, signed_in().actor.person_id)
    given = request.form if request.method == "POST" else None
    return desk_page(
        "desk/me.html",
        status,
        errors=errors or {},
        undo_seconds=given.get("undo_seconds", "") if given else person.undo_seconds,
        mailed=given.getlist("mailed") if given else set(STAFF_KINDS) - set(person.muted),
        chosen_language=given.get("language", "") if given else person.language,
        time_zone=given.get("time_zone", "") if given else person.time_zone,
        single_keys="single_keys" in given if given else person.single_keys,
        dense="dense" in given if given else person.dense,
        kinds=STAFF_KINDS,
        languages=LANGUAGES,
        time_zones=time_zones(),
        most_undo=MOST,
        away=person.away,
        unfinished=unfinished_count(read_session(), signed_in().actor),
        address={"from_me": "1"},
        handed_back=handed_back(read_session(), signed_in().actor),
    )
