"""``/api/tickets/``: create, list, look at, comment, and change."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from helpdesk.actions.add_note import add_note
from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.change_tags import set_tags
from helpdesk.actions.change_ticket import change_language, change_priority
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.snooze import snooze, wake_up
from helpdesk.actions.step_status import step_status
from helpdesk.models import Mailbox, Person
from helpdesk.queries.mailboxes import mailbox_id_at
from helpdesk.queries.stats import figures
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.access import STAFF_ONLY, find_ticket, ticket_for_change
from helpdesk.tickets.snoozing import Snooze
from helpdesk.vocabulary import Source
from web.api import schemas, serializers, ticket_schemas
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.idempotent import Answered, once
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now, store

blueprint = ApiBlueprint("tickets", "Tickets, their comments and their history")


@blueprint.route("/tickets/create/", methods=["POST"], operation="create_ticket")
@blueprint.arguments(schemas.IdempotencyHeaders, location="headers")
@blueprint.arguments(schemas.NewTicket)
@blueprint.response(201, schemas.TicketOut)
@blueprint.problems(413, 415, 503)
def create(headers: dict[str, str], sent: dict[str, Any]) -> Answered:
    """Create a ticket.

    The customer gets the acknowledgement that a mail would have got. Staff create tickets for
    others: they name the customer's address in “customer”.
    """
    answer, more = once(headers, sent, lambda session: _create(session, sent))
    ticket = schemas.TicketOut().load(answer)
    more["Location"] = f"{store().settings.public_url}/api/tickets/{ticket['id']}/"
    return ticket, 201, more


def _create(session: Session, sent: dict[str, Any]) -> Serialized:
    if not session.scalar(select(exists(select(Mailbox.id).where(Mailbox.removed_at.is_(None))))):
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
            customer=sent["customer"] or "",
            mailbox_id=mailbox_id_at(session, sent["mailbox"]) if sent["mailbox"] else None,
            source=Source.API,
            custom=sent["custom_fields"],
        ),
        now=now(),
    )
    serialized = serializers.ticket(session, actor(), ticket)
    return cast(Serialized, schemas.TicketOut().dump(serialized))


@blueprint.route("/tickets/", methods=["GET"], operation="list_tickets")
@blueprint.arguments(schemas.TicketQuery, location="query")
@blueprint.response(200, schemas.TicketPageSchema)
@blueprint.problems()
def list_tickets(wanted: dict[str, Any]) -> Serialized:
    """List tickets, newest first: customers see their own, staff all."""
    fields = ("status", "priority", "category", "search", "folder", "tag", "team", "view")
    chosen = {field: wanted[field] for field in fields if field in wanted}
    with store().database.reading() as session:
        found = ticket_list(
            session,
            actor(),
            TicketFilter(**chosen),
            page=wanted["page"],
            page_size=wanted["page_size"],
            cursor=wanted.get("cursor"),
        )
        return serializers.ticket_list(session, actor(), found, wanted)


@blueprint.route("/tickets/stats/", methods=["GET"], operation="ticket_stats")
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


@blueprint.route("/tickets/<ticket_key:key>/", methods=["GET"], operation="get_ticket")
@blueprint.response(200, ticket_schemas.TicketDetail)
@blueprint.problems(404)
def detail(key: str) -> Serialized:
    """Show a ticket, by id or number, with its comments and its history.

    Customers see no internal notes, and no reasons that staff gave for changes.
    """
    with store().database.reading() as session:
        return serializers.ticket_detail(session, actor(), find_ticket(session, actor(), key))


@blueprint.route("/tickets/<ticket_key:key>/", methods=["PATCH"], operation="change_ticket")
@blueprint.arguments(schemas.TicketChange, required=False)
@blueprint.response(200, schemas.TicketOut)
@blueprint.problems(404, 409, 413, 415)
def change(sent: dict[str, Any], key: str) -> Serialized:
    """Tag a ticket, give it to a team, move it to a mailbox, set its language or custom fields,
    snooze it, or wake it. Staff only; the reason is kept in the history.
    """

    def work(session: Session) -> Serialized:
        ticket = ticket_for_change(session, actor(), key, staff_only=STAFF_ONLY)
        reason = sent["reason"] or ""
        if "tags" in sent:
            set_tags(session, actor(), ticket, sent["tags"], reason=reason, now=now())
        if "mailbox" in sent:
            move_ticket(session, actor(), ticket, sent["mailbox"], reason=reason, now=now())
        if "team" in sent:
            assign_team(session, actor(), ticket, sent["team"] or "", reason=reason, now=now())
        if "language" in sent:
            language = sent["language"] or ""
            change_language(session, actor(), ticket, language, reason=reason, now=now())
        if typed := sent.get("custom_fields"):
            set_custom_fields(session, actor(), ticket, typed, reason=reason, now=now())
        if "snoozed_until" in sent:
            until = sent["snoozed_until"]
            wanted = Snooze(until, sent["snooze_stays"]) if until else None
            if wanted:
                snooze(session, actor(), ticket, wanted, reason=reason, now=now())
            else:
                wake_up(session, actor(), ticket, reason=reason, now=now())
        return serializers.ticket(session, actor(), ticket)

    return in_transaction(work)


@blueprint.route("/tickets/<ticket_key:key>/comment/", methods=["POST"], operation="add_comment")
@blueprint.arguments(schemas.IdempotencyHeaders, location="headers")
@blueprint.arguments(schemas.NewComment)
@blueprint.response(201, schemas.CommentOut)
@blueprint.problems(404, 409, 413, 415)
def comment(headers: dict[str, str], sent: dict[str, Any], key: str) -> Answered:
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
        made = serializers.new_comment(written, session.get(Person, written.author_id))
        return cast(Serialized, schemas.CommentOut().dump(made))

    answer, more = once(headers, {**sent, "ticket": key.upper()}, work)
    return schemas.CommentOut().load(answer), 201, more


@blueprint.route("/tickets/<ticket_key:key>/status/", methods=["PATCH"], operation="change_status")
@blueprint.arguments(schemas.StatusChange)
@blueprint.response(200, schemas.TicketOut)
@blueprint.problems(404, 409, 413, 415)
def status(sent: dict[str, Any], key: str) -> Serialized:
    """Bring a ticket one step on, or back by opening it again. Staff only.

    A step that is not allowed answers 409 and names those that are. So does resolving a ticket
    that an open child holds open, without `despite_children`; then none is named. The reason is
    kept in the history.
    """

    def work(session: Session) -> Serialized:
        ticket = step_status(
            session,
            actor(),
            key,
            sent["status"],
            reason=sent["reason"] or "",
            despite_children=sent["despite_children"],
            now=now(),
        )
        return serializers.ticket(session, actor(), ticket)

    return in_transaction(work)


@blueprint.route(
    "/tickets/<ticket_key:key>/priority/", methods=["PATCH"], operation="change_priority"
)
@blueprint.arguments(schemas.PriorityChange)
@blueprint.response(200, schemas.TicketOut)
@blueprint.problems(404, 409, 413, 415)
def priority(sent: dict[str, Any], key: str) -> Serialized:
    """Set a ticket's priority. Staff only; the reason is kept in the history."""

    def work(session: Session) -> Serialized:
        ticket = change_priority(
            session, actor(), key, sent["priority"], reason=sent["reason"] or "", now=now()
        )
        return serializers.ticket(session, actor(), ticket)

    return in_transaction(work)
