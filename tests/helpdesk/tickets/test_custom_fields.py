"""What may stand in a custom field, and how it is kept."""

from __future__ import annotations

import pytest

from helpdesk.models import FieldKind
from helpdesk.tickets.custom_fields import (
    ChoiceOfField,
    FieldValue,
    FieldView,
    read_number,
    read_value,
    read_values,
)

CHOICES = (ChoiceOfField(1, "Gift", ("Present",)), ChoiceOfField(2, "Sample", gone=True))


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  Ab\t 1 ", FieldValue("Ab 1", folded="ab 1")),
        ("number", "-49.9", FieldValue("-49.9", number=-499_000)),
        ("number", "999999999999", FieldValue("999999999999", number=9_999_999_999_990_000)),
        ("date", "2026-01-31", FieldValue("2026-01-31", number=739_647)),
        ("choice", "present", FieldValue("Gift", number=1)),
        ("choice", " ", None),
    ],
)
def test_what_is_read(kind: str, typed: str, value: FieldValue | None) -> None:
    field = FieldView(1, "one", "One", FieldKind(kind), choices=CHOICES)
    assert read_value(field, typed, "one") == value


def test_numbers_for_programs() -> None:
    assert FieldValue("5", number=50_000).as_number == 5
    assert FieldValue("-4.5", number=-45_000).as_number == -4.5


def test_a_form_may_show_fields_of_other_mailboxes() -> None:
    field = FieldView(1, "one", "One", FieldKind.TEXT, required=True)
    typed = {"field.1": "x", "field.2": "of another mailbox", "two": "y"}
    found, wrong = read_values([field], typed)
    assert list(found) == [1]
    assert [one.field for one in wrong] == ["custom_fields.two"]
    for given, named in (({"field.1": ""}, "field.1"), ({}, "custom_fields.one")):
        _, (missing,) = read_values([field], given, demanded=True)
        assert missing.field == named


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12,5", "12.5"), ("-0,25", "-0.25"), ("12.5", "12.5"), ("1,234", "x"), ("1,2,3", "x")],
)
def test_a_decimal_comma_is_one_where_it_can_be_nothing_else(typed: str, kept: str) -> None:
    assert read_number(typed) == read_number(kept)
