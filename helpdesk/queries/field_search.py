"""What a search asks of fields that a team has made itself: ``order-kind:gift``, ``amount:>50``.

A field is asked by its key. Of a text the beginning will do; of a choice its name, or the beginning
of it; a number and a day are compared: ``50``, ``>50``, ``<=50``, ``10..20``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.models import CustomValue, FieldKind, Ticket
from helpdesk.tickets.custom_fields import FieldView, folded, read_day, read_number

MOST_SORTED = 5_000
"""Of what a field finds, at most so many are put in order; of more, tickets are asked in turn."""
_LAST = "\U0010ffff"
"""Behind all that begins as the text before it does."""
_COMPARED = re.compile(r"(?P<sign><=|>=|<|>|)(?P<value>[^<>=]+)")


@dataclass(frozen=True)
class FieldTest:
    """What must stand in one field: anything (all are None), one of some choices, a number from one
    to another, both included, or a text that begins so.
    """

    field_id: int
    choice_ids: tuple[int, ...] | None = None
    least: int | None = None
    most: int | None = None
    begins: str | None = None

    @property
    def is_exact(self) -> bool:
        """Whether it is one value, whose tickets stand in an index one after another."""
        one_number = self.least is not None and self.least == self.most
        return one_number or (self.choice_ids is not None and len(self.choice_ids) == 1)


@dataclass(frozen=True)
class FieldTerm:
    """One of these must hold: fields of several mailboxes may have the same key."""

    tests: tuple[FieldTest, ...]


def read_term(fields: Sequence[FieldView], value: str) -> FieldTerm | None:
    """What a value says of fields that have the same key; None where none of them can have it."""
    tests = (_read(field, value.strip()) for field in fields)
    found = tuple(test for test in tests if test)
    return FieldTerm(found) if found else None


def has_term(fields: Sequence[FieldView]) -> FieldTerm:
    """That anything stands in one of these fields."""
    return FieldTerm(tuple(FieldTest(field.id) for field in fields))


def _read(field: FieldView, value: str) -> FieldTest | None:
    if not value:
        return None
    if field.kind == FieldKind.TEXT:
        return FieldTest(field.id, begins=folded(value))
    if field.kind == FieldKind.CHOICE:
        return _chosen(field, value)
    read = read_number if field.kind == FieldKind.NUMBER else read_day
    first, is_range, last = value.partition("..")
    if is_range:
        least, most = read(first.strip()), read(last.strip())
        is_known = least is not None and most is not None
        return FieldTest(field.id, least=least, most=most) if is_known else None
    compared = _COMPARED.fullmatch(value)
    number = read(compared["value"].strip()) if compared else None
    if compared is None or number is None:
        return None
    least = {">": number + 1, ">=": number, "": number}.get(compared["sign"])
    most = {"<": number - 1, "<=": number, "": number}.get(compared["sign"])
    return FieldTest(field.id, least=least, most=most)


def _chosen(field: FieldView, value: str) -> FieldTest | None:
    exact = field.choice_called(value)
    if exact:
        return FieldTest(field.id, (exact.id,))
    begins = folded(value)
    ids = tuple(one.id for one in field.choices if folded(one.name).startswith(begins))
    return FieldTest(field.id, ids) if ids else None


def has_value(term: FieldTerm) -> ColumnElement[bool]:
    """Return that a ticket has what a search asks of a field: looked up by the ticket's id."""
    here = CustomValue.ticket_id == Ticket.id
    return or_(*(exists().where(here, holds(CustomValue, test)) for test in term.tests))


def quick_test(session: Session, term: FieldTerm) -> FieldTest | None:
    """The test by which tickets are best looked up; None where so many fit that it is quicker to
    ask tickets one by one.
    """
    if len(term.tests) > 1:
        return None
    (test,) = term.tests
    if test.is_exact:
        return test
    first = select(CustomValue.ticket_id).where(holds(CustomValue, test)).limit(MOST_SORTED + 1)
    count = session.scalar(select(func.count()).select_from(first.subquery())) or 0
    return test if count <= MOST_SORTED else None


def holds(values: type[CustomValue], test: FieldTest) -> ColumnElement[bool]:
    """What a row of the values, which may have a name of their own in a statement, must meet."""
    found: list[ColumnElement[bool]] = [values.field_id == test.field_id]
    number: InstrumentedAttribute[int | None] = values.number
    if test.choice_ids is not None:
        several = len(test.choice_ids) > 1
        found.append(number.in_(test.choice_ids) if several else number == test.choice_ids[0])
    elif test.least is not None and test.least == test.most:
        found.append(number == test.least)
    else:
        found += [number >= test.least] if test.least is not None else []
        found += [number <= test.most] if test.most is not None else []
    if test.begins is not None:
        found += [values.folded >= test.begins, values.folded < test.begins + _LAST]
    return and_(*found)
