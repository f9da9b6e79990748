"""``/api/tickets/{key}/links/`` and ``/split/``: tickets that belong together, and those that do
not.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.orm import Session

from helpdesk.actions.relate_tickets import relate_tickets, unrelate_tickets
from helpdesk.actions.split_ticket import split_ticket
from helpdesk.errors import InvalidInput
from helpdesk.tickets.access import find_ticket
from web.api import schemas, serializers, ticket_schemas
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.idempotent import Answered, once
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now, store

blueprint = ApiBlueprint("relations", "Tickets that belong together, and splitting one")

_OTHER = [
    {
        "in": "path",
        "name": "other",
        "required": True,
        "schema": {
            "type": "string",
            "pattern": ticket_schemas.KEY,
            "examples": ["TKT20261123002"],
        },
    }
]
_LINKS = "/tickets/<ticket_key:key>/links/"


@blueprint.route(_LINKS, methods=["POST"], operation="link_tickets")
@blueprint.arguments(ticket_schemas.NewLink)
@blueprint.response(201, ticket_schemas.LinkOut)
@blueprint.problems(404, 409, 413, 415)
def link(sent: dict[str, Any], key: str) -> Serialized:
    """Have two tickets name each other: related, or as parent and child. Staff only.

    What is so already stays so. The ticket's detail lists them in `links`.
    """

    def work(session: Session) -> Serialized:
        ticket = find_ticket(session, actor(), key)
        other, relation, reason = sent["other"], sent["relation"], sent["reason"] or ""
        relate_tickets(session, actor(), ticket.id, other, relation, reason=reason, now=now())
        session.flush()
        named = find_ticket(session, actor(), other).number
        linked = serializers.links(session, actor(), ticket.id)
        is_it = {"ticket_number": named, "relation": relation}
        return next(one for one in linked if is_it.items() <= one.items())

    return in_transaction(work)


@blueprint.route(
    f"{_LINKS}<ticket_key:other>/",
    methods=["DELETE"],
    parameters=_OTHER,
    operation="unlink_tickets",
)
@blueprint.arguments(ticket_schemas.LinkQuery, location="query")
@blueprint.response(204)
@blueprint.problems(404, 409)
def unlink(wanted: dict[str, Any], key: str, other: str) -> None:
    """Have two tickets not name each other so any more. Staff only."""

    def work(session: Session) -> None:
        ticket = find_ticket(session, actor(), key)
        unrelate_tickets(session, actor(), ticket.id, other, wanted["relation"], now=now())

    in_transaction(work)


@blueprint.route("/tickets/<ticket_key:key>/split/", methods=["POST"], operation="split_ticket")
@blueprint.arguments(schemas.IdempotencyHeaders, location="headers")
@blueprint.arguments(ticket_schemas.NewSplit)
@blueprint.response(201, schemas.TicketOut)
@blueprint.problems(404, 409, 413, 415)
def split(headers: dict[str, str], sent: dict[str, Any], key: str) -> Answered:
    """Begin a new ticket of the same customer with some of a ticket's messages. Staff only.

    Later answers to these follow them; nobody is mailed of it.
    """

    def work(session: Session) -> Serialized:
        try:
            new = split_ticket(
                session,
                actor(),
                key,
                sent["comments"],
                subject=sent["subject"] or "",
                reason=sent["reason"] or "",
                now=now(),
            )
        except InvalidInput as problem:
            raise InvalidInput("comments", problem.message) from None
        session.flush()
        made = serializers.ticket(session, actor(), new)
        return cast(Serialized, schemas.TicketOut().dump(made))

    answer, more = once(headers, {**sent, "split": key.upper()}, work)
    ticket = schemas.TicketOut().load(answer)
    more["Location"] = f"{store().settings.public_url}/api/tickets/{ticket['id']}/"
    return ticket, 201, more
