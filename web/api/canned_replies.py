"""``/api/canned-replies/``: the texts that staff answer with again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions.use_macro import use_macro
from helpdesk.errors import InvalidInput
from helpdesk.queries.canned_replies import canned_replies
from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.mailboxes import mailboxes
from helpdesk.text import fold_address
from helpdesk.tickets.access import STAFF_ONLY, ticket_for_change
from web.api import canned_schemas, serializers
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.schemas import TicketOut
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now, store

blueprint = ApiBlueprint("canned replies", "Texts to answer with")


@blueprint.route("/canned-replies/", methods=["GET"], operation="list_canned_replies")
@blueprint.arguments(canned_schemas.CannedReplyQuery, location="query")
@blueprint.response(200, canned_schemas.CannedReplyPageSchema)
@blueprint.problems()
def list_canned_replies(wanted: dict[str, Any]) -> Serialized:
    """List the canned replies, by name. Staff only."""
    search, address = wanted.pop("search", ""), wanted.pop("mailbox", "")
    with store().database.reading() as session:
        mailbox_id = None
        if address:
            boxes = mailboxes(session, removed=True)
            known = {box.address: box.id for box in boxes if actor().may(box.id)}
            mailbox_id = known.get(fold_address(address))
            if mailbox_id is None:
                raise InvalidInput("mailbox", "There is no such mailbox.")
        found = canned_replies(session, actor(), search=search, mailbox_id=mailbox_id)
        keys = {one.id: one.key for one in known_fields(session, actor())}
    return serializers.page_of(found, wanted, lambda one: serializers.canned_reply(one, keys))


@blueprint.route("/tickets/<ticket_key:key>/macro/", methods=["POST"], operation="use_macro")
@blueprint.arguments(canned_schemas.MacroUse)
@blueprint.response(200, TicketOut)
@blueprint.problems(404, 409, 413, 415)
def use_on_ticket(sent: dict[str, Any], key: str) -> Serialized:
    """Do all that a macro says to a ticket, as one act. Staff only."""

    def work(session: Session) -> Serialized:
        found = ticket_for_change(session, actor(), key, staff_only=STAFF_ONLY)
        despite = sent["despite_children"]
        ticket = use_macro(
            session, actor(), found, sent["macro"], now=now(), despite_children=despite
        )
        session.flush()
        return serializers.ticket(session, actor(), ticket)

    return in_transaction(work)
