"""``/api/canned-replies/``: the texts that staff answer with again and again."""

from __future__ import annotations

from typing import Any

from helpdesk.errors import InvalidInput
from helpdesk.queries.canned_replies import canned_replies
from helpdesk.queries.mailboxes import mailboxes
from helpdesk.text import fold_address
from web.api import canned_schemas, serializers
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.store import store

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
    first = (wanted["page"] - 1) * wanted["page_size"]
    shown = [serializers.canned_reply(one) for one in found[first : first + wanted["page_size"]]]
    return serializers.page(len(found), shown, wanted)
