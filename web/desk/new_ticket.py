"""Opening a ticket for a customer: a phone call, or a visit."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.errors import InvalidInput
from helpdesk.queries.mailboxes import mailboxes
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction
from web.uploads import stored_files


@blueprint.get("/new")
@staff_only
def new_ticket() -> Response:
    """The form, filled in with what the address says (of an order, or of a person)."""
    return _form()


@blueprint.post("/new")
@staff_only
def open_ticket() -> Response:
    """Open the ticket; if so chosen, its requester is mailed the number and their link."""
    form, files = request.form, stored_files()
    if not form.get("customer", "").strip():
        return _form({"customer": "Say whose ticket this is: their mail address."}, 422)
    try:
        with transaction() as session:
            ticket = create_ticket(
                session,
                signed_in().actor,
                TicketDraft(
                    subject=form.get("subject", ""),
                    description=form.get("description", ""),
                    customer=form.get("customer", ""),
                    customer_name=form.get("customer_name", ""),
                    category=form.get("category", "other"),
                    priority=form.get("priority", "medium"),
                    order_number=form.get("order_id", "").strip(),
                    mailbox_id=_number(form.get("mailbox", "")),
                    files=files,
                ),
                acknowledge="acknowledge" in form,
                now=now(),
            )
    except InvalidInput as problem:
        return _form({one.field: one.message for one in problem.each}, 422)
    except LookupError:
        return _form({"mailbox": "Add a mailbox first: postdesk mailbox add support@…"}, 422)
    flash(f"{ticket.number} is open.")
    return redirect(url_for("desk.ticket", number=ticket.number), 303)


def _form(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    boxes = mailboxes(read_session())
    return desk_page(
        "desk/new.html",
        status,
        errors=errors or {},
        form=request.values,
        boxes=boxes,
        acknowledge=request.method == "GET" or "acknowledge" in request.form,
    )


def _number(value: str) -> int | None:
    known = {str(box.id): box.id for box in mailboxes(read_session())} if value else {}
    return known.get(value)
