"""What customers may know of how a ticket changed: its history, and when it changed last.

A ticket's own ``updated_at`` moves whatever staff do, with notes, tags and reminders, too: to
customers it would tell of work that is hidden from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Change, Comment, HistoryField
from helpdesk.queries.conversation import SHOWN_TO_CUSTOMERS
from helpdesk.queries.ticket_view import TicketView
from helpdesk.tickets.custom_fields import all_fields
from helpdesk.tickets.history import ANSWERED_ASIDE
from helpdesk.vocabulary import Status

FOR_CUSTOMERS = (HistoryField.STATUS, HistoryField.PRIORITY, HistoryField.CATEGORY)
"""The changes that concern a customer; who works on it is the staff's own matter."""
_SHOWN = (
    *FOR_CUSTOMERS,
    HistoryField.SUBJECT,
    HistoryField.ASSIGNEE,
    HistoryField.REQUESTER,
    HistoryField.MAILBOX,
    HistoryField.MERGED,
    HistoryField.SPLIT,
    HistoryField.SPLIT_FROM,
)
"""What changes a ticket as they are shown it, its conversation, too; an order is the requester's
own, and of the fields that the team has made those of the form are shown."""


class SingleChange(Protocol):
    """A dataclass of one change, as far as it matters here."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def field(self) -> str: ...
    @property
    def old_value(self) -> str: ...
    @property
    def new_value(self) -> str: ...
    @property
    def reason(self) -> str: ...


Kind = TypeVar("Kind", bound=SingleChange)


def told_changes(changes: Iterable[Kind], fields: Collection[str]) -> Iterator[Kind]:
    """The changes of these fields, without what a side conversation did: that it made it staff's
    turn, and that this was taken back, is no step for a customer who owes an answer still.

    :param changes: each single step, oldest first.
    """
    is_aside = False
    for one in changes:
        if one.field not in fields:
            continue
        told = one
        if one.field == HistoryField.STATUS:
            if one.reason == ANSWERED_ASIDE and one.new_value == Status.IN_PROGRESS:
                is_aside = True
                continue
            if is_aside:
                is_aside = False
                told = replace(one, old_value=Status.WAITING)
                if told.new_value == told.old_value:
                    continue
        yield told


@dataclass(frozen=True)
class _Moment:
    """One change, with what of it may be told."""

    ticket_id: int
    field: str
    old_value: str
    new_value: str
    reason: str
    at: datetime


def as_told(session: Session, actor: Actor, views: Sequence[TicketView]) -> list[TicketView]:
    """The fields of tickets as the actor may know them: for staff as they are. For customers each
    changed last when something did that they are shown.
    """
    if actor.is_staff or not views:
        return list(views)
    ids = [view.id for view in views]
    in_copy = {view.id for view in views if view.requester.id != actor.person_id}
    said, changed = _said_last(session, ids), _changed_last(session, ids, in_copy)
    return [
        replace(
            view,
            updated_at=max(
                view.created_at,
                view.waiting_since,  # an answer that was written for later left then
                *filter(None, (said.get(view.id), changed.get(view.id))),
            ),
        )
        for view in views
    ]


def _said_last(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When something was last said on these tickets that customers see."""
    found = (
        select(Comment.ticket_id, func.max(Comment.created_at))
        .where(Comment.ticket_id.in_(ids), *SHOWN_TO_CUSTOMERS)
        .group_by(Comment.ticket_id)
    )
    return dict(session.execute(found).all())


def _changed_last(
    session: Session, ids: Sequence[int], without_order: Collection[int]
) -> dict[int, datetime]:
    """When something was last changed of these tickets that customers are shown.

    :param without_order: those whose order is not theirs to see.
    """
    on_form = [field.id for field in all_fields(session, archived=True) if field.on_form]
    told = (*_SHOWN, HistoryField.ORDER, HistoryField.CUSTOM)
    rows = session.execute(
        select(
            Change.ticket_id,
            Change.field,
            Change.old_value,
            Change.new_value,
            Change.reason,
            Change.created_at,
        )
        .where(
            Change.ticket_id.in_(ids),
            or_(
                Change.field.in_(told[:-1]),
                and_(Change.field == HistoryField.CUSTOM, Change.old_id.in_(on_form)),
            ),
        )
        .order_by(Change.ticket_id, Change.id)
    )
    last: dict[int, datetime] = {}
    for ticket_id, moments in groupby((_Moment(*row) for row in rows), lambda one: one.ticket_id):
        hidden = HistoryField.ORDER if ticket_id in without_order else None
        for one in told_changes(moments, [field for field in told if field != hidden]):
            last[ticket_id] = max(one.at, last.get(ticket_id, one.at))
    return last
