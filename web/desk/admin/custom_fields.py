"""Custom fields, for who manages a mailbox: what tickets have besides what every desk asks."""

from __future__ import annotations

from functools import partial

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.edit_custom_field import (
    LONGEST_KEY,
    LONGEST_NAME,
    FieldDraft,
    add_custom_field,
    archive_custom_field,
    change_custom_field,
)
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.models import FieldKind
from helpdesk.queries.custom_fields import managed_fields, may_manage
from helpdesk.queries.mailboxes import mailboxes, own_mailboxes
from helpdesk.text import bounded_int
from helpdesk.tickets.access import id_written
from helpdesk.tickets.custom_fields import field_words
from helpdesk.tickets.seen_form import seen_of
from helpdesk.vocabulary import MailboxRight
from web.desk.admin.saving import saved
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import now, read_session

KINDS = {
    FieldKind.TEXT: "Text, one line",
    FieldKind.NUMBER: "Number",
    FieldKind.CHOICE: "Choice",
    FieldKind.DATE: "Day",
}


@blueprint.get("/custom-fields")
@staff_only
def field_list() -> Response:
    """The fields that one may change."""
    return _page()


@blueprint.post("/custom-fields")
@staff_only
def add_one_field() -> Response:
    """Add a field."""

    def add(session: Session) -> str:
        row = add_custom_field(session, signed_in().actor, _draft(), now=now())
        return f"“{row.name}” added. A search finds it by {row.key}:"

    return saved(add, "desk.field_list", partial(_page, wrong_id=0))


@blueprint.post("/custom-fields/<int:field_id>")
@staff_only
def change_one_field(field_id: int) -> Response:
    """Change a field, or put it in or out of use (``state``)."""
    actor, state = signed_in().actor, request.form.get("state", "")

    def change(session: Session) -> str:
        if state:
            is_out = state == "archive"
            archive_custom_field(session, actor, field_id, is_out, now=now())
            return "Archived. Tickets keep what stands in it." if is_out else "In use again."
        seen = request.form.get("seen")
        change_custom_field(session, actor, field_id, _draft(), seen=seen, now=now())
        return "Saved."

    return saved(change, "desk.field_list", partial(_page, wrong_id=field_id))


def _draft() -> FieldDraft:
    form = request.form
    place = form.get("position", "").strip()
    number = bounded_int(place, most=10**9) if place else 0
    return FieldDraft(
        form.get("name", ""),
        form.get("key", ""),
        form.get("kind", FieldKind.TEXT),
        id_written(form.get("mailbox", "")) or None,
        tuple(form.get("choices", "").splitlines()),
        on_form="on_form" in form,
        required="required" in form,
        position=-1 if number is None else number,
    )


def _page(
    status: int = 200,
    *,
    wrong_id: int | None = None,
    problem: InvalidInput | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    """:param wrong_id: the field whose form came back; 0 for a new one."""
    session, actor = read_session(), signed_in().actor
    found = managed_fields(session, actor)
    return desk_page(
        "desk/admin/custom_fields.html",
        status,
        found=found,
        seen={one.id: seen_of(field_words(one)) for one in found},
        meanwhile=meanwhile,
        boxes=own_mailboxes(session, actor, MailboxRight.MANAGE),
        box_names={box.id: box.name for box in mailboxes(session, removed=True)},
        for_all=may_manage(actor, None),
        kinds=KINDS,
        longest_name=LONGEST_NAME,
        longest_key=LONGEST_KEY,
        form=request.form,
        wrong_id=wrong_id,
        errors={one.field: one.message for one in problem.each} if problem else {},
    )
