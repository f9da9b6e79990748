"""Lists of what belongs to one ticket, for staff alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from helpdesk.models import Ticket
from helpdesk.tickets.access import STAFF_ONLY, check_staff, find_ticket
from web.api import serializers
from web.api.access import actor
from web.api.serializers import Serialized
from web.store import store


def page_of_ticket(
    key: str, wanted: Serialized, read: Callable[[Session, Ticket], Sequence[Serialized]]
) -> Serialized:
    """One page of what a ticket has.

    :param key: the ticket's id or number.
    :param wanted: which page, as the query says it.
    :param read: gives all of it, as the API has it.
    :raises NotFound: there is no such ticket for the actor.
    :raises NotAllowed: the actor is not staff.
    """
    with store().database.reading() as session:
        ticket = find_ticket(session, actor(), key)
        check_staff(actor(), STAFF_ONLY)
        found = read(session, ticket)
    return serializers.page_of(found, wanted, lambda one: one)
