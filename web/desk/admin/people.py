"""People: who may come in, as what, and by which addresses they are known."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions import edit_person as edit
from helpdesk.actions.deactivate_person import (
    deactivate_person,
    open_tickets_of,
    reactivate_person,
)
from helpdesk.actions.set_mailbox_rights import rights_words, set_mailbox_rights
from helpdesk.actions.set_up import add_person
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.passwords import made_up
from helpdesk.queries.administration import MOST_PEOPLE, people_found, person_row
from helpdesk.queries.mailboxes import mailboxes
from helpdesk.queries.people import staff
from helpdesk.tickets.access import id_written
from helpdesk.tickets.seen_form import seen_of
from helpdesk.vocabulary import STAFF_ROLES, MailboxRight, Role
from web.desk.blueprint import blueprint, desk_page
from web.options import forget_options
from web.sign_in import admin_only, forget_session, signed_in
from web.store import now, read_session, transaction

_RIGHTS = {
    "": "Not theirs",
    MailboxRight.SEE: "Read",
    MailboxRight.ANSWER: "Read and answer",
    MailboxRight.MANAGE: "Read, answer, decide about held mail",
}
_FORMS = {"desk.edit_somebody": "person", "desk.set_mailboxes": "mailboxes"}
_WHO_GETS_THEM = "Say who gets their tickets, or that nobody does."


@blueprint.get("/admin")
@admin_only
def admin() -> Response:
    """Settings begin with the people."""
    return people()


@blueprint.get("/admin/people")
@admin_only
def people() -> Response:
    """All of staff, or who was looked for."""
    return _people_page()


@blueprint.post("/admin/people")
@admin_only
def add_somebody() -> Response:
    """Add a person. Staff get a password, shown here once."""
    form, role = request.form, request.form.get("role", Role.AGENT)
    password = made_up() if role in STAFF_ROLES else None
    try:
        with transaction() as session:
            person = add_person(
                session,
                signed_in().actor,
                form.get("email", ""),
                role=role,
                name=form.get("name", ""),
                password=password,
                only_new=True,
                now=now(),
            )
    except InvalidInput as problem:
        return _people_page(422, {problem.field: problem.message})
    forget_options()
    return _person_page(person.id, password=password or "", said="Added.")


@blueprint.get("/admin/people/<int:person_id>")
@admin_only
def person(person_id: int) -> Response:
    """One person."""
    return _person_page(person_id)


@blueprint.post("/admin/people/<int:person_id>")
@admin_only
def edit_somebody(person_id: int) -> Response:
    """Change a name and a role. Before somebody ceases to be a colleague, and before one takes
    one's own right to be here, the page asks."""
    me, form = signed_in(), request.form
    role, heir = form.get("role", ""), form.get("to", "")

    def change(session: Session) -> None:
        edit.check_person_seen(session, me.actor, person_id, form.get("seen"))
        edit.rename_person(session, me.actor, person_id, form.get("name", ""), now=now())
        if not heir and role not in STAFF_ROLES and open_tickets_of(session, person_id):
            raise InvalidInput("to", _WHO_GETS_THEM)
        edit.change_role(
            session,
            me.actor,
            person_id,
            role,
            heir_id=id_written(heir) if heir not in ("", "nobody") else None,
            also_oneself=form.get("oneself") == "yes",
            now=now(),
        )

    answer = _changed(person_id, "Saved.", change)
    if answer.status_code != 303 or person_id != me.person.id or role == Role.ADMIN:
        return answer
    if role not in STAFF_ROLES:
        forget_session()
        return redirect(url_for("desk.login"), 303)
    return redirect(url_for("desk.queue"), 303)


@blueprint.post("/admin/people/<int:person_id>/mailboxes")
@admin_only
def set_mailboxes(person_id: int) -> Response:
    """Which mailboxes an agent has (``which``: ``all`` or ``some``), and what they may in each."""
    actor, rights, seen = signed_in().actor, _rights_in_form(), request.form.get("seen")
    try:
        with transaction() as session:
            count = set_mailbox_rights(session, actor, person_id, rights, seen=seen, now=now())
    except InvalidInput as problem:
        return _person_page(person_id, status=422, errors={problem.field: problem.message})
    except ChangedMeanwhile as changed:
        return _person_page(person_id, status=409, meanwhile=changed)
    forget_options()
    tickets = {0: "", 1: " One ticket that they had is nobody's now."}
    many = f" {count} tickets that they had are nobody's now."
    flash(f"Saved.{tickets.get(count, many)}")
    return redirect(url_for("desk.person", person_id=person_id), 303)


def _rights_in_form() -> dict[int, str] | None:
    form = request.form
    if form.get("which") != "some":
        return None
    chosen = ((id_written(one[4:]), form[one]) for one in form if one.startswith("box-"))
    return {box_id: right for box_id, right in chosen if right}


@blueprint.post("/admin/people/<int:person_id>/reactivate")
@admin_only
def let_in_again(person_id: int) -> Response:
    """Let somebody in again."""
    return _changed(
        person_id,
        "They may come in again.",
        lambda session: reactivate_person(session, signed_in().actor, person_id, now=now()),
    )


@blueprint.get("/admin/people/<int:person_id>/deactivate")
@admin_only
def before_deactivating(person_id: int) -> Response:
    """Ask whose tickets they become, before anything is done."""
    return _deactivation_page(person_id)


@blueprint.post("/admin/people/<int:person_id>/deactivate")
@admin_only
def deactivate_somebody(person_id: int) -> Response:
    """Deactivate somebody."""
    me, form = signed_in(), request.form
    heir = form.get("to", "")
    try:
        if not heir:
            raise InvalidInput("to", _WHO_GETS_THEM)
        with transaction() as session:
            count = deactivate_person(
                session,
                me.actor,
                person_id,
                heir_id=None if heir == "nobody" else id_written(heir),
                also_oneself=form.get("oneself") == "yes",
                now=now(),
            )
    except InvalidInput as problem:
        return _deactivation_page(person_id, {problem.field: problem.message})
    forget_options()
    if person_id == me.person.id:
        forget_session()
        return redirect(url_for("desk.login"), 303)
    tickets = {0: "no ticket", 1: "one ticket"}.get(count, f"{count} tickets")
    flash(f"Deactivated and signed out; {tickets} handed over.")
    return redirect(url_for("desk.person", person_id=person_id), 303)


@blueprint.post("/admin/people/<int:person_id>/password")
@admin_only
def reset_password(person_id: int) -> Response:
    """A new password, shown on this answer and never again."""
    with transaction() as session:
        password = edit.reset_password(session, signed_in().actor, person_id, now=now())
    return _person_page(person_id, password=password)


@blueprint.post("/admin/people/<int:person_id>/addresses")
@admin_only
def change_addresses(person_id: int) -> Response:
    """Add an address, or remove one."""
    removed, added = request.form.get("remove", ""), request.form.get("address", "")

    def change(session: Session) -> None:
        if removed:
            edit.remove_address(session, signed_in().actor, person_id, removed, now=now())
        else:
            edit.add_address(session, signed_in().actor, person_id, added, now=now())

    return _changed(person_id, "Address removed." if removed else "Address added.", change)


def _deactivation_page(person_id: int, errors: dict[str, str] | None = None) -> Response:
    session, me = read_session(), signed_in()
    return desk_page(
        "desk/admin/deactivate.html",
        422 if errors else 200,
        person=person_row(session, me.actor, person_id),
        errors=errors or {},
        **_question(person_id),
    )


def _question(person_id: int) -> dict[str, object]:
    """What is asked before somebody ceases to be a colleague: who gets their tickets, and whether
    one knows that it is oneself."""
    session = read_session()
    return {
        "is_oneself": person_id == signed_in().person.id,
        "count": open_tickets_of(session, person_id),
        "heirs": [one for one in staff(session) if one.id != person_id],
        "chosen": request.form.get("to", ""),
    }


def _changed(person_id: int, said: str, change: Callable[[Session], object]) -> Response:
    try:
        with transaction() as session:
            change(session)
    except InvalidInput as problem:
        return _person_page(person_id, status=422, errors={problem.field: problem.message})
    except ChangedMeanwhile as changed:
        return _person_page(person_id, status=409, meanwhile=changed)
    forget_options()
    flash(said)
    return redirect(url_for("desk.person", person_id=person_id), 303)


def _people_page(status: int = 200, errors: dict[str, str] | None = None) -> Response:
    search = request.args.get("q", "")[:100].strip()
    found = people_found(read_session(), signed_in().actor, search)
    return desk_page(
        "desk/admin/people.html",
        status,
        people=found[:MOST_PEOPLE] if search else found,
        more=bool(search) and len(found) > MOST_PEOPLE,
        search=search,
        form=request.form,
        errors=errors or {},
    )


def _person_page(
    person_id: int,
    *,
    status: int = 200,
    password: str = "",
    said: str = "",
    errors: dict[str, str] | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    session, actor = read_session(), signed_in().actor
    person = person_row(session, actor, person_id)
    return desk_page(
        "desk/admin/person.html",
        status,
        person=person,
        seen=seen_of({"name": person.name, "role": person.role}),
        boxes_seen=seen_of(rights_words(session, actor, person_id)),
        meanwhile=meanwhile,
        came_back=_FORMS.get(request.endpoint or "", "") if status != 200 else "",
        form_rights=_rights_in_form(),
        password=password,
        boxes=mailboxes(read_session(), removed=True),
        rights=_RIGHTS,
        said=said,
        form=request.form,
        errors=errors or {},
        **_question(person_id),
    )
