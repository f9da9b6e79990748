"""A ticket's history as its customers may know it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from helpdesk.models import HistoryField
from helpdesk.tickets.history import ANSWERED_ASIDE
from helpdesk.vocabulary import Status


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
