"""``/api/tickets/``: create, list, look at, comment, and change."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import change_priority
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.step_status import step_status
from helpdesk.models import Mailbox, Person
from helpdesk.queries.stats import figures
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets import idempotency
from helpdesk.tickets.access import find_ticket
from helpdesk.tickets.idempotency import KeptResponse
from helpdesk.vocabulary import Source
from web.api import schemas, serializers
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now, store

blueprint = ApiBlueprint("tickets", "Tickets, their comments and their history")

Answered = tuple[Serialized, int, dict[str, str]]


@blueprint.route("/tickets/create/", methods=["POST"])
@blueprint.arguments(schemas.CreateHeaders, location="headers")
@blueprint.arguments(schemas.NewTicket)
@blueprint.response(201, schemas.TicketOut)
@blueprint.problems(413, 415, 422, 503)
def create(headers: dict[str, str], sent: dict[str, Any]) -> Answered:
    """Create a ticket.

    The customer gets the acknowledgement that a mail would have got. Staff may create one for
    somebody else, by naming the address in “customer”.
    """
    who, key = actor(), headers["idempotency_key"]

    def work(session: Session) -> KeptResponse:
        def do() -> Serialized:
            return _create(session, sent)

        if not key or who.person_id is None:
            return KeptResponse(do(), replayed=False)
        return idempotency.once(session, who.person_id, key, sent, do, now())

    answer = in_transaction(work)
    ticket = answer.response
    more = {"Location": f"{store().settings.public_url}/api/tickets/{ticket['id']}/"}
    if answer.replayed:
        more["Idempotent-Replayed"] = "true"
    return schemas.TicketOut().load(ticket), 201, more


def _create(session: Session, sent: dict[str, Any]) -> Serialized:
    if not session.scalar(select(exists(select(Mailbox.id)))):
        raise ServiceUnavailable("No mailbox was set up yet: run `postdesk mailbox add ADDRESS`.")
    ticket = create_ticket(
        session,
        actor(),
        TicketDraft(
            subject=sent["subject"],
            description=sent["description"],
            category=sent["category"],
            priority=sent["priority"],
            order_number=sent["order_id"] or "",
            customer=sent["customer"],
            source=Source.API,
        ),
        now=now(),
    )
    serialized = serializers.ticket(session, actor(), ticket)
    return cast(Serialized, schemas.TicketOut().dump(serialized))


@blueprint.route("/tickets/", methods=["GET"])
@blueprint.arguments(schemas.TicketQuery, location="query")
@blueprint.response(200, schemas.TicketPageSchema)
@blueprint.problems(422)
def list_tickets(wanted: dict[str, Any]) -> Serialized:
    """List tickets, newest first: customers see their own, staff all."""
    fields = ("status", "priority", "category", "search")
    with store().database.reading() as session:
        found = ticket_list(
            session,
            actor(),
            TicketFilter(**{field: wanted.get(field, "") for field in fields}),
            page=wanted["page"],
            page_size=wanted["page_size"],
        )
    return serializers.ticket_list(actor(), found, wanted)


@blueprint.route("/tickets/stats/", methods=["GET"])
@blueprint.response(200, schemas.Stats)
@blueprint.problems()
def stats() -> Serialized:
    """Give the figures over all tickets. Staff only."""
    with store().database.reading() as session:
        found = figures(session, actor())
    return {
        "total_tickets": found.total,
        "open_tickets": found.by_status["open"],
        **{name: found.by_status[name] for name in ("in_progress", "waiting", "resolved")},
        "closed": found.by_status["closed"],
        "avg_response_time": found.average_response,
        "tickets_by_category": found.by_category,
        "tickets_by_priority": found.by_priority,
    }


@blueprint.route("/tickets/<ticket_key:key>/", methods=["GET"])
@blueprint.response(200, schemas.TicketDetail)
@blueprint.problems(404)
def detail(key: str) -> Serialized:
    """Show a ticket, by id or number, with its comments and its history.

    Customers see no internal notes, and no reasons that staff gave for changes.
    """
    with store().database.reading() as session:
        return serializers.ticket_detail(session, actor(), find_ticket(session, actor(), key))


@blueprint.route("/tickets/<ticket_key:key>/comment/", methods=["POST"])
@blueprint.arguments(schemas.NewComment)
@blueprint.response(201, schemas.CommentOut)
@blueprint.problems(404, 409, 413, 415, 422)
def comment(sent: dict[str, Any], key: str) -> Serialized:
    """Add a comment.

    One of staff leaves as mail at once and has the ticket wait for the customer; one of the
    customer has it wait for staff. An internal note of staff does neither.
    """

    def work(session: Session) -> Serialized:
        given: dict[str, Any] = {"source": Source.API, "longest": schemas.COMMENT_LENGTH[1]}
        if sent["internal"]:
            written = add_note(session, actor(), key, text=sent["comment"], now=now(), **given)
        else:
            written = reply(session, actor(), key, Answer(sent["comment"], **given), now=now())
        return serializers.new_comment(written, session.get(Person, written.author_id))

    return in_transaction(work)


@blueprint.route("/tickets/<ticket_key:key>/status/", methods=["PATCH"])
@blueprint.arguments(schemas.StatusChange)
@blueprint.response(200, schemas.TicketOut)
@blueprint.problems(404, 409, 413, 415, 422)
def status(sent: dict[str, Any], key: str) -> Serialized:
    """Bring a ticket one step on, or back by opening it again. Staff only.

    A step that is not allowed answers 409 and names those that are; the reason is kept in the
    history.
    """

    def work(session: Session) -> Serialized:
        ticket = step_status(
            session, actor(), key, sent["status"], reason=sent["reason"], now=now()
        )
        return serializers.ticket(session, actor(), ticket)

    return in_transaction(work)


@blueprint.route("/tickets/<ticket_key:key>/priority/", methods=["PATCH"])
@blueprint.arguments(schemas.PriorityChange)
@blueprint.response(200, schemas.TicketOut)
@blueprint.problems(404, 409, 413, 415, 422)
def priority(sent: dict[str, Any], key: str) -> Serialized:
    """Set a ticket's priority. Staff only; the reason is kept in the history."""

    def work(session: Session) -> Serialized:
        ticket = change_priority(
            session, actor(), key, sent["priority"], reason=sent["reason"], now=now()
        )
        return serializers.ticket(session, actor(), ticket)

    return in_transaction(work)
