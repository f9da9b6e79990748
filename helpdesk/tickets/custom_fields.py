"""Fields that a team has made itself: which a mailbox's tickets have, what may stand in each, and
what does.

A choice has an id, by which tickets have it, its name, the names that it had before (``was``), and
whether it is still offered (``gone`` where it is not). So it can be renamed, and what was written
by its old name still means it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import CustomField, CustomValue, FieldKind
from helpdesk.rows import insert_row
from helpdesk.text import clean_line
from helpdesk.vocabulary import mark

LONGEST = 200
"""Characters of a text."""
KEY = "[a-z][a-z0-9-]*"
"""What a key is like, as a pattern."""
SCALE = 10_000
"""A number is kept as a whole one, this many times as great: it has four decimals at most."""
_DECIMAL_COMMA = re.compile(r"^(-?[0-9]+),([0-9]{1,2})$", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True)
class ChoiceOfField:
    """One of the values that there are to choose from."""

    id: int
    name: str
    was: tuple[str, ...] = ()
    """The names that it had before."""
    gone: bool = False
    """Whether it is not offered any more."""

    def is_called(self, name: str) -> bool:
        """Whether this is its name; capitals make no difference."""
        return folded(name) == folded(self.name)


@dataclass(frozen=True)
class FieldView:
    """A field, as pages, the search and the API know it."""

    id: int
    key: str
    name: str
    kind: FieldKind
    mailbox_id: int | None = None
    """Whose tickets have it; None for all."""
    choices: tuple[ChoiceOfField, ...] = ()
    on_form: bool = False
    required: bool = False
    position: int = 0
    is_archived: bool = False

    @property
    def input(self) -> str:
        """Its name in a form; no key is like it."""
        return f"field.{self.id}"

    @property
    def offered(self) -> tuple[ChoiceOfField, ...]:
        """What can be chosen now, in order."""
        return tuple(one for one in self.choices if not one.gone)

    def is_on(self, mailbox_id: int | None) -> bool:
        """Whether the tickets of this mailbox have it."""
        return self.mailbox_id is None or self.mailbox_id == mailbox_id

    def choice(self, choice_id: int | None) -> ChoiceOfField | None:
        """The choice with this id, offered or not."""
        return next((one for one in self.choices if one.id == choice_id), None)

    def choice_called(self, name: str) -> ChoiceOfField | None:
        """The choice of this name; else one that had it before."""
        now = (one for one in self.choices if one.is_called(name))
        before = (one for one in self.choices if folded(name) in map(folded, one.was))
        return next(now, None) or next(before, None)


@dataclass(frozen=True)
class FieldValue:
    """What stands in a field: how it is shown, and how it is kept and compared."""

    shown: str
    folded: str | None = None
    number: int | None = None

    @property
    def as_number(self) -> int | float:
        """A number as programs have it."""
        whole, rest = divmod(self.number or 0, SCALE)
        return float(Decimal(self.number or 0) / SCALE) if rest else whole


def seen_of_value(field: FieldView, value: FieldValue | None) -> dict[str, str]:
    """What a form that shows this field has seen of it (:mod:`helpdesk.tickets.seen_form`): a
    choice by its id, which it keeps when it is renamed.
    """
    if value is None:
        return {field.input: ""}
    is_choice = field.kind == FieldKind.CHOICE
    return {field.input: str(value.number) if is_choice else value.shown}


def folded(text: str) -> str:
    """A text as it is compared: capitals and further spaces make no difference."""
    return clean_line(text).casefold()


def view_of(row: CustomField) -> FieldView:
    """A field as its row says."""
    return FieldView(
        row.id,
        row.key,
        row.name,
        FieldKind(row.kind),
        row.mailbox_id,
        tuple(map(_read_choice, row.choices)),
        row.on_form,
        row.required,
        row.position,
        row.archived_at is not None,
    )


def _read_choice(kept: dict[str, Any]) -> ChoiceOfField:
    return ChoiceOfField(kept["id"], kept["name"], tuple(kept["was"]), kept["gone"])


def field_words(field: FieldView) -> dict[str, str]:
    """What can be changed of a field, in words, as the log has it."""
    on_form = "no" if not field.on_form else "must be filled in" if field.required else "yes"
    return {
        "name": field.name,
        "choices": ", ".join(one.name for one in field.offered),
        "on the form": on_form,
        "place": str(field.position),
    }


def all_fields(session: Session, *, archived: bool = False) -> tuple[FieldView, ...]:
    """All fields that are in use, in their order: those for all mailboxes first.

    :param archived: those that are not in use, too.
    """
    statement = select(CustomField)
    if not archived:
        statement = statement.where(CustomField.archived_at.is_(None))
    return _in_order(session.scalars(statement))


def fields_on(session: Session, mailbox_id: int | None) -> tuple[FieldView, ...]:
    """The fields that the tickets of a mailbox have, in their order."""
    is_on = or_(CustomField.mailbox_id.is_(None), CustomField.mailbox_id == mailbox_id)
    in_use = CustomField.archived_at.is_(None)
    return _in_order(session.scalars(select(CustomField).where(is_on, in_use)))


def _in_order(rows: Iterable[CustomField]) -> tuple[FieldView, ...]:
    views = map(view_of, rows)
    return tuple(sorted(views, key=lambda one: (one.mailbox_id or 0, one.position, one.id)))


def field_named(fields: Iterable[FieldView], name: str) -> FieldView | None:
    """The one of these that a key, or the name of a form's input, means."""
    return next((one for one in fields if name in (one.key, one.input)), None)


def read_value(field: FieldView, typed: str, name: str) -> FieldValue | None:
    """What somebody typed into a field; None for nothing.

    :param name: what an error calls it.
    :raises InvalidInput: it does not hold.
    """
    line = clean_line(typed, 2_000)
    if not line:
        return None
    match field.kind:
        case FieldKind.TEXT:
            if len(line) > LONGEST:
                words = mark("“{name}” has at most {most} characters.")
                raise InvalidInput(name, words, name=field.name, most=str(LONGEST))
            return FieldValue(line, folded=folded(line))
        case FieldKind.NUMBER:
            number = read_number(line)
            if number is None:
                words = mark("“{name}” is a number, such as 49.90.")
                raise InvalidInput(name, words, name=field.name)
            return FieldValue(_DECIMAL_COMMA.sub(r"\1.\2", line), number=number)
        case FieldKind.DATE:
            day = read_day(line)
            if day is None:
                words = mark("“{name}” is a day, such as 2026-01-31.")
                raise InvalidInput(name, words, name=field.name)
            return FieldValue(line, number=day)
    chosen = field.choice_called(line)
    if chosen is None or chosen.gone:
        words = mark("“{name}” has no such choice. Choose one from the list.")
        raise InvalidInput(name, words, name=field.name)
    return FieldValue(chosen.name, number=chosen.id)


def read_number(typed: str) -> int | None:
    """A decimal number as it is kept; None where it is none, or too great.

    One comma before one or two digits is a decimal comma; before three it may be either, and the
    number none.
    """
    typed = _DECIMAL_COMMA.sub(r"\1.\2", typed)
    return int(Decimal(typed) * SCALE) if _NUMBER.fullmatch(typed) else None


def read_day(typed: str) -> int | None:
    """A day, ``2026-01-31``, as it is kept; None where it is none."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII):
        return None
    try:
        return date.fromisoformat(typed).toordinal()
    except ValueError:
        return None


def read_values(
    fields: Collection[FieldView], typed: dict[str, str], *, demanded: bool = False
) -> tuple[dict[int, FieldValue], list[InvalidInput]]:
    """What somebody typed into several fields, by the field's id; and what does not hold.

    What the form's inputs say of other fields is not looked at: a form may show those of several
    mailboxes. An unknown key is a mistake.

    :param typed: by key, or by the name of a form's input.
    :param demanded: whether those that customers must fill in must be.
    """
    found, wrong = {}, []
    for name, text in typed.items():
        field = field_named(fields, name)
        if field is None:
            if not name.startswith("field."):
                words = "There is no such field in this mailbox."
                wrong.append(InvalidInput(error_name(name), words))
            continue
        try:
            value = read_value(field, text, error_name(name))
        except InvalidInput as problem:
            wrong.append(problem)
            continue
        if value is not None:
            found[field.id] = value
    bad = {one.field for one in wrong}
    for field in fields if demanded else ():
        names = {field.input, error_name(field.key)}
        if field.required and field.id not in found and not bad & names:
            name = field.input if field.input in typed else error_name(field.key)
            wrong.append(InvalidInput(name, mark("Please fill in “{name}”."), name=field.name))
    return found, wrong


def error_name(name: str) -> str:
    """What an error calls a field: as a form's input, or as the API, which has it by its key."""
    return name if name.startswith("field.") else f"custom_fields.{name}"


def values_on(
    session: Session, fields: Collection[FieldView], ticket_ids: Collection[int]
) -> dict[int, dict[int, FieldValue]]:
    """What stands in these fields of these tickets: by the ticket's id, then by the field's."""
    found: dict[int, dict[int, FieldValue]] = {}
    by_id = {field.id: field for field in fields}
    if not by_id:
        return found
    rows = session.execute(
        select(
            CustomValue.ticket_id,
            CustomValue.field_id,
            CustomValue.text,
            CustomValue.folded,
            CustomValue.number,
        ).where(CustomValue.ticket_id.in_(ticket_ids))
    )
    for ticket_id, field_id, text, as_compared, number in rows:
        if field := by_id.get(field_id):
            chosen = field.choice(number) if field.kind == FieldKind.CHOICE else None
            value = FieldValue(chosen.name if chosen else text, as_compared, number)
            found.setdefault(ticket_id, {})[field_id] = value
    return found


def put_value(session: Session, ticket_id: int, field: FieldView, value: FieldValue | None) -> None:
    """Have this stand in a field of a ticket; None for nothing. The right to is checked before."""
    session.execute(
        delete(CustomValue).where(
            CustomValue.ticket_id == ticket_id, CustomValue.field_id == field.id
        )
    )
    if value is not None:
        text = "" if field.kind == FieldKind.CHOICE else value.shown
        insert_row(
            session,
            CustomValue,
            ticket_id=ticket_id,
            field_id=field.id,
            text=text,
            folded=value.folded,
            number=value.number,
        )
