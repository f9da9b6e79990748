"""What may stand in the log."""

from __future__ import annotations

from typing import Any

from helpdesk.log_lines import impersonal, plain_trace

WORD = "zwetschgenkuchen"


def test_a_reason_keeps_its_words_and_loses_addresses_domains_and_quotes() -> None:
    assert impersonal("bank.example asks that such mail not be taken.") == (
        "… asks that such mail not be taken."
    )
    assert impersonal("It is from ann@mail.example, and says “Dear Ann”.") == (
        "It is from … and says “…”."
    )
    assert impersonal("The same mail came before (inbound mail 17).") == (
        "The same mail came before (inbound mail 17)."
    )


def test_an_exception_is_told_by_kind_and_place_and_without_its_text() -> None:
    def store(words: str) -> None:
        raise ValueError(f"cannot store {words}")

    line: dict[str, Any] = {"event": "request_failed"}
    try:
        try:
            store(WORD)
        except ValueError as problem:
            raise LookupError(WORD) from problem
    except LookupError as problem:
        told = plain_trace(None, "error", line | {"exc_info": problem})
    assert "exc_info" not in told
    assert told["exception"].startswith("LookupError at tests/helpdesk/test_log_lines.py")
    assert "< ValueError at" in told["exception"]
    assert "store" in told["exception"]
    assert WORD not in told["exception"]


def test_what_speaks_of_the_program_keeps_its_text() -> None:
    try:
        None.words  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as problem:
        told = plain_trace(None, "error", {"exc_info": problem})
        assert "no attribute 'words'" in told["exception"]
