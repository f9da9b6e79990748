"""The domain's errors: each says in a line what is wrong, and what to do."""

from __future__ import annotations

from helpdesk.errors import InvalidInput, StepNotAllowed, TicketMerged


def test_a_field_that_does_not_hold_keeps_its_words_and_their_values() -> None:
    wrong = InvalidInput("subject", "It needs {least} characters.", least="3")
    assert (wrong.field, wrong.message) == ("subject", "It needs 3 characters.")
    assert (wrong.words, wrong.values) == ("It needs {least} characters.", {"least": "3"})


def test_braces_that_somebody_typed_are_left_alone() -> None:
    assert InvalidInput("status", "There is no status “{0}”.").message.endswith("“{0}”.")


def test_several_fields_are_told_together() -> None:
    first, second = InvalidInput("email", "None."), InvalidInput("subject", "Too short.")
    assert first.each == (first,)
    first.others = (second,)
    assert first.each == (first, second)


def test_a_step_that_is_not_allowed_names_those_that_are() -> None:
    refused = StepNotAllowed("resolved", "waiting", ("closed", "open"))
    assert refused.allowed == ("closed", "open")
    assert str(refused) == (
        "A ticket that is resolved cannot become waiting; it may become closed or open."
    )


def test_a_merged_ticket_names_where_it_goes_on() -> None:
    assert "TKT20261123001" in str(TicketMerged("TKT20261123001"))
