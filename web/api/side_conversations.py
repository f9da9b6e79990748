"""``/api/tickets/{key}/side-conversations/``: ask somebody outside from within a ticket."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.orm import Session

from helpdesk.actions.side_conversation import (
    SideMessage,
    start_side_conversation,
    write_in_side_conversation,
)
from helpdesk.errors import InvalidInput
from helpdesk.models import Comment, Person, Ticket
from helpdesk.queries.conversation import CommentView, conversation
from helpdesk.queries.side_conversations import SideView, side_conversations
from helpdesk.tickets.access import STAFF_ONLY, check_staff, find_ticket
from helpdesk.vocabulary import Source
from web.api import schemas, serializers, side_schemas
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.idempotent import Answered, once
from web.api.of_ticket import page_of_ticket
from web.api.serializers import Serialized
from web.store import now

blueprint = ApiBlueprint("side conversations", "Suppliers and carriers, asked beside the customer")

_PATH = "/tickets/<ticket_key:key>/side-conversations/"


@blueprint.route(_PATH, methods=["GET"], operation="list_side_conversations")
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, side_schemas.SideConversationPage)
@blueprint.problems(404)
def list_sides(wanted: dict[str, Any], key: str) -> Serialized:
    """List a ticket's side conversations with what was said in them. Staff only."""
    return page_of_ticket(key, wanted, _of)


def _of(session: Session, ticket: Ticket) -> list[Serialized]:
    comments = conversation(session, ticket.id)
    return [_serialized(side, comments) for side in side_conversations(session, ticket.id)]


@blueprint.route(_PATH, methods=["POST"], operation="write_in_side_conversation")
@blueprint.arguments(schemas.IdempotencyHeaders, location="headers")
@blueprint.arguments(side_schemas.NewSideMessage)
@blueprint.response(201, schemas.CommentOut)
@blueprint.problems(404, 409, 413, 415)
def write(headers: dict[str, str], sent: dict[str, Any], key: str) -> Answered:
    """Begin a side conversation, or write in one.

    The message leaves as mail at once. The customer sees nothing of it, and who gets it sees
    nothing of the customer. Staff only.
    """

    def work(session: Session) -> Serialized:
        comment = _write(session, sent, key)
        author = session.get(Person, comment.author_id)
        made = serializers.new_comment(comment, author)
        made["side_conversation"] = comment.side_conversation_id
        return cast(Serialized, schemas.CommentOut().dump(made))

    answer, more = once(headers, {**sent, "side conversations of": key.upper()}, work)
    return schemas.CommentOut().load(answer), 201, more


def _write(session: Session, sent: dict[str, Any], key: str) -> Comment:
    message = SideMessage(
        sent["comment"],
        to=", ".join(sent["to"]),
        subject=sent["subject"] or "",
        source=Source.API,
        longest=schemas.COMMENT_LENGTH[1],
    )
    side_id = sent["side_conversation"]
    if side_id is None:
        return start_side_conversation(session, actor(), key, message, now=now())
    ticket = find_ticket(session, actor(), key)
    check_staff(actor(), STAFF_ONLY)
    if side_id not in [side.id for side in side_conversations(session, ticket.id)]:
        raise InvalidInput("side_conversation", "This ticket has no such side conversation.")
    return write_in_side_conversation(session, actor(), key, side_id, message, now=now())


def _serialized(side: SideView, comments: tuple[CommentView, ...]) -> Serialized:
    return {
        "id": side.id,
        "subject": side.subject,
        "people": [serializers.person(actor(), person) for person in side.people],
        "created_at": side.created_at,
        "messages": [
            serializers.comment(actor(), comment)
            for comment in comments
            if comment.side_id == side.id
        ],
    }
