"""``/api/mailboxes/``: the addresses that a ticket may be for."""

from __future__ import annotations

from typing import Any

from helpdesk.queries.mailboxes import offered_mailboxes, own_mailboxes
from web.api import schemas, serializers
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.mailbox_schemas import MailboxPageSchema
from web.api.serializers import Serialized
from web.store import store

blueprint = ApiBlueprint("mailboxes", "The addresses that customers write to")


@blueprint.route("/mailboxes/", methods=["GET"], operation="list_mailboxes")
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, MailboxPageSchema)
@blueprint.problems()
def list_mailboxes(wanted: dict[str, Any]) -> Serialized:
    """List the mailboxes, the first one first.

    Customers see those that they are offered to write to, staff those whose tickets they
    may see.
    """
    with store().database.reading() as session:
        found = own_mailboxes(session, actor()) if actor().is_staff else offered_mailboxes(session)
    return serializers.page_of(found, wanted, serializers.mailbox)
