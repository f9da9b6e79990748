"""Fields that are stricter than the library's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from web.api.fields import Amount, Moment, StorableText, TrueOrFalse


class _Fields(Schema):
    text = StorableText()
    yes = TrueOrFalse()
    at = Moment()
    amount = Amount()


@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        ("text", "a\0b", "ab"),
        ("yes", True, True),
        ("at", "2026-11-23T09:00:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("at", "2026-11-23T10:00:00+01:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("amount", "49.90", "49.90"),
        ("amount", 49.9, "49.9"),
        ("amount", 5, "5"),
        ("amount", "", ""),
    ],
)
def test_what_holds_is_read(field: str, sent: Any, read: Any) -> None:
    assert _Fields().load({field: sent}) == {field: read}


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("text", "\ud800"),
        ("text", 5),
        ("yes", "yes"),
        ("yes", 1),
        ("at", "soon"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("amount", "about 5"),
        ("amount", True),
        ("amount", -1),
        ("amount", float("nan")),
        ("amount", 10**12),
    ],
)
def test_what_does_not_hold_is_named(field: str, sent: Any) -> None:
    with pytest.raises(ValidationError) as problem:
        _Fields().load({field: sent})
    assert list(problem.value.normalized_messages()) == [field]
