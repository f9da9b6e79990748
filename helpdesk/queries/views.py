"""The views of the queue: what each shows, in which order, and how many tickets it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, text
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import InboundMail, SavedView, Ticket
from helpdesk.queries.concerns import unseen
from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.filters import QueueFilter, conditions
from helpdesk.queries.queue_order import Sorting, WalkOrder
from helpdesk.queries.search_query import OPERATORS, SearchQuery
from helpdesk.rows import ask
from helpdesk.tickets.access import id_written, mails_of, visible
from helpdesk.tickets.custom_fields import FieldView
from helpdesk.vocabulary import Folder, Status

MOST_COUNTED = 1000
"""A view's count is exact below this, and “999+” from there: counting further tells nobody more."""
UNFINISHED = "ticket.status IN ('open', 'in_progress', 'waiting')"
"""What a ticket is that somebody still works on, as the partial indexes have it."""


COLUMNS = ("category", "status", "tags", "mailbox", "files", "messages", "assignee")
"""What a row can show besides who wrote what, and when."""


@dataclass(frozen=True)
class View:
    """A view of the queue: one of the desk's own, or a saved one, which narrows one of these."""

    name: str
    label: str
    sorting: Sorting
    folder: Folder = Folder.INBOX
    is_counted: bool = False
    base: str = ""
    """Of a saved one: the name of the view that it narrows."""
    search: str = ""
    """Of a saved one: by what."""
    sort: str = ""
    """Of a saved one: in which order, where that is not that of the view it narrows."""
    chosen_columns: tuple[str, ...] | None = None
    saved_id: int = 0
    """Of a saved one: which."""
    owner_id: int = 0
    shared: bool = False
    position: int = 0
    known: tuple[FieldView, ...] = ()
    """Of a saved one: the fields that the team has made, as far as its reader sees them."""

    @property
    def root(self) -> str:
        """The name of the desk's own view that this is, or narrows."""
        return self.base or self.name

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Those of its tickets; none where they may have any."""
        return _STATUSES.get(self.root, ())

    @property
    def by_urgency(self) -> bool:
        return self.sorting is Sorting.URGENCY

    @cached_property
    def narrowed(self) -> QueueFilter:
        """What a saved view narrows its own one by."""
        return QueueFilter(search=self.search, known=self.known)

    @cached_property
    def columns(self) -> frozenset[str]:
        """What its rows show. A view of the desk's own never repeats in each row what its name
        says.
        """
        if self.chosen_columns is not None:
            return frozenset(self.chosen_columns)
        says_status = self.by_urgency and self.root not in ("mine", "unassigned")
        return frozenset(COLUMNS) - ({"status"} if says_status else set())


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


def view_named(session: Session, actor: Actor, name: str) -> View:
    """The view of this name: one of the desk's, or such as ``v12`` for a saved one.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view, or it is a colleague's own.
    """
    if not actor.is_staff:
        raise NotAllowed("The queue is for staff.")
    view = VIEWS.get(name) or _saved_view(session, actor, name)
    if view is None:
        raise NotFound("There is no such view.")
    return view


def _saved_view(session: Session, actor: Actor, name: str) -> View | None:
    saved_id = id_written(name.removeprefix("v")) if name.startswith("v") else 0
    saved = session.get(SavedView, saved_id) if saved_id > 0 else None
    if saved is None or saved.deleted_at or not (saved.shared or saved.owner_id == actor.person_id):
        return None
    return knowing(session, actor, [view_of(saved)])[0]


_NAMED = re.compile(r"([\w-]+):")


def knowing(session: Session, actor: Actor, saved: Sequence[View]) -> list[View]:
    """The same saved views, with the fields by which their reader can search."""
    names = {name.casefold() for one in saved for name in _NAMED.findall(one.search)}
    if not names - set(OPERATORS) | names & {"has"}:
        return list(saved)
    known = known_fields(session, actor)
    return [replace(one, known=known) for one in saved]


def view_of(saved: SavedView) -> View:
    """A saved view, as lists show it."""
    base = VIEWS[saved.base]
    return View(
        f"v{saved.id}",
        saved.name,
        base.sorting,
        base.folder,
        base=base.name,
        search=saved.search,
        sort=saved.sort,
        chosen_columns=tuple(saved.columns),
        saved_id=saved.id,
        owner_id=saved.owner_id,
        shared=saved.shared,
        position=saved.position,
    )


def view_words(view: View, fields: Iterable[FieldView]) -> dict[str, str]:
    """All that can be changed of a saved view, in words, as the log has it.

    :param fields: those that the reader sees of what the team has made.
    """
    names = {name: name for name in COLUMNS} | {one.input: one.name for one in fields}
    return {
        "name": view.label,
        "search": view.search,
        "in": view.base,
        "order": view.sort,
        "columns": ", ".join(names[one] for one in view.chosen_columns or () if one in names),
        "shared": "yes" if view.shared else "no",
        "place": str(view.position),
    }


def may_change_view(actor: Actor, owner_id: int) -> bool:
    """Whether the actor may change a saved view that they see: it is theirs, or they are admin."""
    return actor.is_admin or (actor.is_staff and actor.person_id == owner_id)


def shows_none(view: View, wanted: QueueFilter) -> bool:
    """Whether a view has no ticket of the wanted status, ever, or none can be so: no database looks
    for them then."""
    if wanted.query.contradicts or view.narrowed.query.contradicts:
        return True
    shown = view.statuses
    asked = (wanted.status, wanted.query.status, view.narrowed.query.status)
    return shown != () and any(status and status not in shown for status in asked)


def narrowing(actor: Actor, view: View, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """What the fields of a view's tickets must meet: by what it was saved with, and by the filter.
    Words are looked up by :func:`searched`.
    """
    return [*conditions(actor, view.narrowed), *conditions(actor, wanted)]


def searched(view: View, wanted: QueueFilter) -> SearchQuery:
    """The words that are looked for in a view: its own, and the filter's."""
    return wanted.query.joined(view.narrowed.query) if view.search else wanted.query


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
        view.name: _by_its_index(
            select(Ticket.id).where(condition(me, view), *narrowed), view, mailbox_ids
        ).limit(MOST_COUNTED)
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


def _by_its_index(
    tickets: Select[Any], view: View, mailbox_ids: tuple[int, ...] | None
) -> Select[Any]:
    """The same tickets of a view, in its own order.

    Which of them are counted is all the same, but only so does SQLite count them in the view's own
    index: else it looks up a thousand, each by itself. Of some mailboxes it has to anyway.
    """
    if mailbox_ids is not None or not view.by_urgency:
        return tickets
    return tickets.order_by(Ticket.priority, Ticket.waiting_since, Ticket.id)


def condition_of(actor: Actor, view: View) -> ColumnElement[bool]:
    """Which tickets a view shows to this actor."""
    return condition(actor.person_id, view)


def condition(me: Any, view: View) -> ColumnElement[bool]:
    """Which tickets a view shows to somebody, who may be a parameter."""
    # Written out, word for word as the partial indexes are, and not as parameters: only so do
    # both planners use them.
    awake = text("ticket.folder = 'inbox' AND ticket.snoozed_until IS NULL")
    unfinished = text(UNFINISHED)
    shown: dict[str, ColumnElement[bool]] = {
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
    return shown[view.root]


def as_indexed(view: View, order: WalkOrder) -> list[ColumnElement[bool]]:
    """What holds of a view's tickets anyway, written out as the partial indexes have it that all
    unfinished tickets are sorted by: a planner uses them only so.
    """
    is_other = order.columns[0] is not Ticket.priority
    return [text(UNFINISHED)] if is_other and view.root in ("open", "waiting") else []  # type: ignore[list-item]


def me_value() -> Any:
    """The parameter ``me``: for whom rows are."""
    return bindparam("me", type_=Ticket.assignee_id.type)
