"""The form by which anybody may write to us, and what they see once it is sent."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import links
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actor import VISITOR
from helpdesk.errors import InvalidInput
from helpdesk.models import Ticket
from helpdesk.queries.mailboxes import mailboxes, offered_mailboxes
from helpdesk.queries.my_tickets import my_orders
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.custom_fields import FieldView, all_fields
from web import limits
from web.languages import gettext, language, problem_words
from web.portal.blueprint import blueprint
from web.portal.visitor import customer
from web.store import now, read_session, store, transaction
from web.uploads import stored_files

_FIELDS = ("mailbox", "email", "name", "category", "order", "subject", "text")
_TRAP = "website"
"""A field that people do not see, and programs fill in."""
# The actions name fields as the API does; on this form some have other names.
_FIELD_OF = {"customer": "email", "description": "text", "order_id": "order"}


@blueprint.get("/new")
def new() -> Response:
    """The form, filled in from the address: ``/new?mailbox=…&order=…&category=…&subject=…``,
    and with the keys of fields that the team has made.
    """
    values = {name: clean_line(request.args.get(name, ""), 200) for name in _FIELDS}
    for field in _fields():
        values[field.input] = clean_line(request.args.get(field.key, ""), 200)
    return _form(values)


@blueprint.post("/new")
@limits.form_comes_back(lambda words: _form(_typed(), limits.files_of_refused(), {"form": words}))
@limits.new_requests
def write() -> AnyResponse:
    """Write to us. Where something does not hold, all that was typed comes back, files too."""
    values, files = _typed(), stored_files()
    if request.form.get(_TRAP):
        words = gettext("This looks as if a program had filled it in. Please press “Send” again.")
        return _form(values, files, {"form": words})
    if not mailboxes(read_session()):
        words = gettext("Nobody can be written to here yet. Please try again later.")
        return _form(values, files, {"form": words})
    try:
        ticket = _create(values, files)
    except InvalidInput as problem:
        wrong = {_FIELD_OF.get(one.field, one.field): problem_words(one) for one in problem.each}
        return _form(values, files, wrong)
    secret, generation = store().settings.secret_key, ticket.link_generation
    if customer():
        token = links.tracking_token(secret, ticket.id, generation, ticket.requester_id)
    else:  # whose address it is, is not proven: they see their own words, and how it stands
        token = links.limited_view_token(secret, ticket.id, generation)
    return redirect(url_for("portal.tracking", token=token), 303)


def _typed() -> dict[str, str]:
    names = (*_FIELDS, *(field.input for field in _fields()))
    return {name: request.form.get(name, "") for name in names}


def _fields() -> list[FieldView]:
    """The fields that the team has made for the form."""
    return [field for field in all_fields(read_session()) if field.on_form]


def _mailbox_id(wanted: str) -> int | None:
    """The id of the mailbox of this address; 0, which none has, where there is none."""
    if not wanted:
        return None
    offered, address = offered_mailboxes(read_session(), wanted), fold_address(wanted)
    return next((box.id for box in offered if box.address == address), 0)


def _create(values: dict[str, str], files: tuple[StoredFile, ...]) -> Ticket:
    known, mailbox_id = customer(), _mailbox_id(values["mailbox"])
    with transaction() as session:
        return create_ticket(
            session,
            known.actor if known else VISITOR,
            TicketDraft(
                subject=values["subject"],
                description=values["text"],
                category=values["category"] or "other",
                order_number=values["order"].strip(),
                customer="" if known else values["email"],
                customer_name="" if known else values["name"],
                mailbox_id=mailbox_id,
                files=files,
                language=language(),
                custom={field.input: values[field.input] for field in _fields()},
            ),
            now=now(),
        )


def _form(
    values: dict[str, str],
    files: tuple[StoredFile, ...] = (),
    problems: dict[str, str] | None = None,
) -> Response:
    known, offered = customer(), offered_mailboxes(read_session(), values["mailbox"])
    body = render_template(
        "portal/new.html",
        values=values,
        fields=_fields(),
        files=files,
        problems=problems or {},
        boxes=offered,
        is_closed=not offered and bool(mailboxes(read_session())),
        written_to=[box for box in mailboxes(read_session()) if box.public],
        me=known.person if known else None,
        orders=my_orders(read_session(), known.actor) if known else (),
        trap=_TRAP,
    )
    return make_response(body, 422 if problems else 200)
