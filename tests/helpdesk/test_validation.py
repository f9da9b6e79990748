"""What a field must hold, and how it is told where it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from helpdesk import validation
from helpdesk.errors import InvalidInput
from helpdesk.validation import Fields
from helpdesk.vocabulary import Role


def test_a_subject_is_one_line_of_3_to_200_characters() -> None:
    assert validation.subject(" The\nlid ") == "The lid"
    assert validation.subject("x" * 200) == "x" * 200


def test_a_message_is_cleaned_and_may_be_of_any_length_allowed() -> None:
    assert validation.message("one\r\ntwo\0", "comment") == "one\ntwo"
    assert validation.message("x" * 10, "comment", 10) == "x" * 10


def test_a_word_of_a_list_is_taken_as_its_member() -> None:
    assert validation.one_of("a", ("a", "b"), "letter") == "a"
    assert validation.member_of(Role, "agent", "role") is Role.AGENT


@pytest.mark.parametrize("value", ["", "0", "49.90", "999999999999.9999"])
def test_an_amount_is_a_decimal_number_or_nothing(value: str) -> None:
    assert validation.amount(value, "total") == value


@pytest.mark.parametrize("value", ["", "EUR"])
def test_a_currency_is_three_letters_or_nothing(value: str) -> None:
    assert validation.currency(value, "currency") == value


@pytest.mark.parametrize(
    ("field", "check"),
    [
        ("subject", lambda: validation.subject(" ab ")),
        ("subject", lambda: validation.subject("x" * 201)),
        ("comment", lambda: validation.message(" \n", "comment")),
        ("comment", lambda: validation.message("x" * 11, "comment", 10)),
        ("letter", lambda: validation.one_of("c", ("a", "b"), "letter")),
        ("role", lambda: validation.member_of(Role, "king", "role")),
        ("total", lambda: validation.amount("49,90", "total")),
        ("total", lambda: validation.amount("٣", "total")),
        ("total", lambda: validation.amount("-1", "total")),
        ("currency", lambda: validation.currency("eur", "currency")),
        ("currency", lambda: validation.currency("EURO", "currency")),
    ],
)
def test_what_does_not_hold_is_refused_by_field(field: str, check: Callable[[], object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check()
    assert refused.value.field == field


def test_all_that_does_not_hold_is_told_at_once() -> None:
    fields = Fields()
    with fields:
        validation.subject("")
    with fields:
        validation.message("fine", "comment")
    with fields:
        validation.amount("much", "total")
    with pytest.raises(InvalidInput) as refused:
        fields.check()
    assert [one.field for one in refused.value.each] == ["subject", "total"]


def test_where_all_holds_one_goes_on_and_other_errors_pass() -> None:
    fields = Fields()
    with fields:
        validation.subject("The lid")
    fields.check()
    with pytest.raises(ZeroDivisionError), fields:
        raise ZeroDivisionError
