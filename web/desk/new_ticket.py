"""Opening a ticket for a customer: a phone call, a visit, or a message that staff write to them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.relate_tickets import relate_tickets
from helpdesk.actions.save_draft import discard_draft
from helpdesk.errors import InvalidInput
from helpdesk.models import DraftKind, Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.queries.mailboxes import own_mailboxes
from helpdesk.text import clean_line
from helpdesk.tickets.access import find_ticket, id_written
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.drafts import DraftContent, find_draft
from helpdesk.tickets.merged import current_ticket
from helpdesk.vocabulary import MailboxRight
from web.desk.blueprint import blueprint, desk_page
from web.desk.undo import undo_of
from web.options import options
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
    """Open the ticket. Its requester is mailed the message, where staff write to them; else, if so
    chosen, the number and their link.
    """
    form, files = request.form, stored_files()
    if not form.get("customer", "").strip():
        return _form({"customer": "Say whose ticket this is: their mail address."}, files)
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
                    write_to=form.get("how") == "write",
                    may_undo=True,
                    custom=_custom_inputs(),
                ),
                acknowledge="acknowledge" in form,
                now=now(),
            )
            _make_child(session, ticket, form.get("child_of", ""))
            opening = conversation(session, ticket.id)[0]
            if "draft" in form:
                known, actor = form.get("draft_version"), signed_in().actor
                sent = form.get("description", "")
                discard_draft(session, actor, DraftKind.TICKET, None, known=known, sent=sent)
    except InvalidInput as problem:
        return _form({one.field: one.message for one in problem.each}, files)
    except LookupError:
        return _form({"mailbox": "Add a mailbox first: postdesk mailbox add support@…"}, files)
    is_written = form.get("how") == "write"
    said = "Your message is on its way." if is_written else f"{ticket.number} is open."
    flash(said, undo_of(ticket.number, opening) if opening.leaves_at else "message")
    return redirect(url_for("desk.ticket", number=ticket.number), 303)


def _make_child(session: Session, ticket: Ticket, parent: str) -> None:
    """Have a new ticket be a child of the one that it was begun from, or of where that goes on."""
    if parent:
        actor = signed_in().actor
        whole = current_ticket(session, find_ticket(session, actor, parent).id)
        relate_tickets(session, actor, ticket.id, whole.id, "parent", now=now())


def _form(errors: dict[str, str] | None = None, files: tuple[StoredFile, ...] = ()) -> Response:
    session = read_session()
    kept = find_draft(session, signed_in().actor.person_id or 0, DraftKind.TICKET, None)
    form: Mapping[str, str] = request.values
    is_look = request.method == "GET"
    child_of = clean_line(request.values.get("child_of", ""), 40)
    # One is kept: that of another ticket than the address says stays as it is.
    is_other = kept is not None and not _is_of_address(kept)
    keeps_draft = not is_other if is_look else "draft" in request.form
    if is_look and keeps_draft and kept:
        form, files = {**kept.fields, "description": kept.text}, kept.files
    return desk_page(
        "desk/new.html",
        422 if errors else 200,
        errors=errors or {},
        form=form,
        files=files,
        keeps_draft=keeps_draft,
        version=(kept.version if kept else "") if is_look else request.form.get("draft_version"),
        other_draft=kept if not keeps_draft else None,
        boxes=own_mailboxes(session, signed_in().actor, MailboxRight.ANSWER),
        staff=options().staff,
        child_of=child_of,
        fields=[one for one in options().of(signed_in().actor).fields if one.on_form],
        # A box that was cleared is kept as an empty field, as no box at all is not.
        acknowledge=form.get("acknowledge", "on" if is_look and not child_of else ""),
    )


def _custom_inputs() -> dict[str, str]:
    """What was typed into the fields that the team has made, by the names of their inputs."""
    fields = options().of(signed_in().actor).fields
    return {one.input: request.form[one.input] for one in fields if one.input in request.form}


def _is_of_address(kept: DraftContent) -> bool:
    asked = {name: request.args[name] for name in ("customer", "order_id") if name in request.args}
    return all(kept.fields.get(name) == value for name, value in asked.items())


def _number(value: str) -> int | None:
    return id_written(value) or None
