"""What is kept about somebody, for them; and erasing it: shown first, then done."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.erase_person import begin_erasure
from helpdesk.actions.export_person import export_person
from helpdesk.errors import InvalidInput
from helpdesk.queries.administration import PersonRow, person_row
from helpdesk.queries.erasure import ErasurePlan, erasures, plan_erasure
from web.desk.blueprint import blueprint, desk_page
from web.person_file import person_pieces
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, store, transaction


@blueprint.post("/admin/people/<int:person_id>/export")
@admin_only
def export_somebody(person_id: int) -> AnyResponse:
    """All that is kept about somebody, a zip file, without internal notes unless ``notes``."""
    person = person_row(read_session(), signed_in().actor, person_id)
    with_notes = request.form.get("notes") == "yes"
    try:
        address = _address(person)
        with transaction() as session:
            actor = signed_in().actor
            export = export_person(session, actor, address, with_notes=with_notes, now=now())
    except InvalidInput as problem:
        flash(problem.message, "problem")
        return redirect(url_for("desk.person", person_id=person_id), 303)
    answer = Response(person_pieces(export, store().blobs), content_type="application/zip")
    name = f"person-{person_id}-{export.made_at:%Y%m%d-%H%M}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/admin/people/<int:person_id>/erase")
@admin_only
def before_erasing(person_id: int) -> Response:
    """Show what would go."""
    return _page(person_id)


@blueprint.post("/admin/people/<int:person_id>/erase")
@admin_only
def erase_somebody(person_id: int) -> AnyResponse:
    """Begin to erase somebody; the worker does it."""
    if request.form.get("sure") != "yes":
        return _page(person_id, {"sure": "Say that you are sure: it cannot be undone."})
    actor = signed_in().actor
    try:
        plan = _plan(person_row(read_session(), actor, person_id))
        with transaction() as session:
            begin_erasure(session, actor, plan, now=now())
    except InvalidInput as problem:
        return _page(person_id, {"address": problem.message})
    flash("It is begun.")
    return redirect(url_for("desk.erasure_list"), 303)


@blueprint.get("/admin/erasures")
@admin_only
def erasure_list() -> Response:
    """What was erased, and what goes on."""
    found = erasures(read_session(), signed_in().actor)
    return desk_page(
        "desk/admin/erasures.html",
        erasures=found,
        goes_on=any(one.ended_at is None for one in found),
    )


def _plan(person: PersonRow) -> ErasurePlan:
    return plan_erasure(read_session(), signed_in().actor, _address(person))


def _address(person: PersonRow) -> str:
    if not person.addresses:
        raise InvalidInput("address", "They have no address here, so nothing leads to them.")
    return person.addresses[0]


def _page(person_id: int, errors: dict[str, str] | None = None) -> Response:
    person = person_row(read_session(), signed_in().actor, person_id)
    errors, plan = dict(errors or {}), None
    try:
        plan = _plan(person)
    except InvalidInput as problem:
        errors.setdefault("address", problem.message)
    return desk_page(
        "desk/admin/erase.html",
        422 if request.method == "POST" else 200,
        person=person,
        plan=plan,
        errors=errors,
    )
