"""The views of the queue: what each shows, in which order, and how many tickets it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, text
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import ask
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import InboundMail, Ticket
from helpdesk.queries.concerns import unseen
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue_order import Sorting
from helpdesk.tickets.access import mails_of, visible
from helpdesk.vocabulary import Folder, Status

MOST_COUNTED = 1000
"""A view's count is exact below this, and “999+” from there: counting further tells nobody more."""
UNFINISHED = "ticket.status IN ('open', 'in_progress', 'waiting')"
"""What a ticket is that somebody still works on, as the partial indexes have it."""


@dataclass(frozen=True)
class View:
    """A view of the queue."""

    name: str
    label: str
    sorting: Sorting
    folder: Folder = Folder.INBOX
    is_counted: bool = False

    @property
    def by_urgency(self) -> bool:
        return self.sorting is Sorting.URGENCY


VIEWS = {
    view.name: view
    for view in (
        View("mine", "Mine", Sorting.URGENCY, is_counted=True),
        View("unassigned", "Unassigned", Sorting.URGENCY, is_counted=True),
        View("open", "Open", Sorting.URGENCY, is_counted=True),
        View("waiting", "Waiting", Sorting.URGENCY, is_counted=True),
        View("snoozed", "Snoozed", Sorting.WAKING, is_counted=True),
        View("resolved", "Resolved", Sorting.CHANGE),
        View("closed", "Closed", Sorting.CHANGE),
        View("all", "All", Sorting.CHANGE),
        View("spam", "Spam", Sorting.PUT_AWAY, Folder.SPAM),
        View("trash", "Trash", Sorting.PUT_AWAY, Folder.TRASH),
    )
}


_UNFINISHED = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING)
_STATUSES: dict[str, tuple[Status, ...]] = {
    "mine": _UNFINISHED,
    "unassigned": _UNFINISHED,
    "open": (Status.OPEN, Status.IN_PROGRESS),
    "waiting": (Status.WAITING,),
    "resolved": (Status.RESOLVED,),
    "closed": (Status.CLOSED,),
}


def view_named(actor: Actor, name: str) -> View:
    """The view of this name.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view.
    """
    if not actor.is_staff:
        raise NotAllowed("The queue is for staff.")
    view = VIEWS.get(name)
    if view is None:
        raise NotFound("There is no such view.")
    return view


def shows_none(view: View, wanted: QueueFilter) -> bool:
    """Whether a view has no ticket of the wanted status, ever: no database looks for them then."""
    shown = _STATUSES.get(view.name)
    asked = (wanted.status, wanted.query.status)
    return shown is not None and any(status and status not in shown for status in asked)


def view_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many tickets each view has, capped at ``MOST_COUNTED``; not for “all” and “resolved”.

    And, as ``held``, how many mails wait in quarantine; as ``concerns``, how much of what concerns
    the actor they have not seen.
    """
    row = ask(session, _counts(actor.mailbox_ids), me=actor.person_id).one()
    return dict(row._mapping)


@lru_cache(maxsize=64)
def _counts(mailbox_ids: tuple[int, ...] | None) -> Select[Any]:
    """One statement for all counts, built once: every page of the desk asks it."""
    narrowed = visible(mailbox_ids)
    me: Any = bindparam("me")
    found: dict[str, Select[Any]] = {
        view.name: select(Ticket.id).where(condition(me, view), *narrowed).limit(MOST_COUNTED)
        for view in VIEWS.values()
        if view.is_counted
    }
    held = select(InboundMail.id).where(text("inbound_mail.state = 'held'"))
    found["held"] = held.where(*mails_of(mailbox_ids)).limit(MOST_COUNTED)
    found["concerns"] = unseen(me, mailbox_ids).limit(MOST_COUNTED)
    return select(
        *(
            select(func.count()).select_from(rows.subquery()).scalar_subquery().label(name)
            for name, rows in found.items()
        )
    )


def condition_of(actor: Actor, view: View) -> ColumnElement[bool]:
    """Which tickets a view shows to this actor."""
    return condition(actor.person_id, view)


def condition(me: Any, view: View) -> ColumnElement[bool]:
    """Which tickets a view shows to somebody, who may be a parameter."""
    # Written out, word for word as the partial indexes are, and not as parameters: only so do
    # both planners use them.
    awake = text("ticket.folder = 'inbox' AND ticket.snoozed_until IS NULL")
    unfinished = text(UNFINISHED)
    conditions: dict[str, ColumnElement[bool]] = {
        "mine": and_(Ticket.assignee_id == me, awake, unfinished),
        "unassigned": and_(Ticket.assignee_id.is_(None), awake, unfinished),
        "open": and_(awake, text("ticket.status IN ('open', 'in_progress')")),
        "waiting": and_(awake, text("ticket.status = 'waiting'")),
        "snoozed": and_(text("ticket.folder = 'inbox' AND ticket.snoozed_until IS NOT NULL")),
        "resolved": and_(Ticket.status == Status.RESOLVED, text("ticket.folder = 'inbox'")),
        "closed": and_(Ticket.status == Status.CLOSED, text("ticket.folder = 'inbox'")),
        "all": and_(text("ticket.folder = 'inbox'")),
        "spam": and_(text("ticket.folder = 'spam' AND ticket.put_away_at IS NOT NULL")),
        "trash": and_(text("ticket.folder = 'trash' AND ticket.put_away_at IS NOT NULL")),
    }
    return conditions[view.name]


def me_value() -> Any:
    """The parameter ``me``: for whom rows are."""
    return bindparam("me", type_=Ticket.assignee_id.type)
