"""A change of many tickets, for whoever may see and undo it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.models import BulkChange
from helpdesk.tickets.access import known_id

HANDED_BACK = "away"
"""The reason in the histories of tickets that somebody hands back, being away."""


def find_bulk(session: Session, actor: Actor, bulk_id: int, *, lock: bool = False) -> BulkChange:
    """The change of many tickets of this id. Whoever has some mailboxes only finds their own:
    how many tickets a colleague's was of tells of others.

    :param lock: until the transaction ends.
    :raises NotFound: there is none, or not for this actor.
    """
    found = session.get(BulkChange, known_id(bulk_id), with_for_update=lock)
    if found is None or not (actor.sees_all or found.made_by_id == actor.person_id):
        raise NotFound("There is no such change.")
    return found
