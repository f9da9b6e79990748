"""A search, read: words, exact words and operators."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.queries.search_query import LONGEST, SearchQuery, Term, read_search_query


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", SearchQuery()),
        ("kettle", SearchQuery((Term(("kettle",), True),))),
        ('"My Kettle"', SearchQuery((Term(("my", "kettle"), False),))),
        ("an", SearchQuery((Term(("an",), False),))),
        ("is:in-progress", SearchQuery(status="in_progress")),
        ("is:snoozed", SearchQuery(snoozed="yes")),
        ("is:unassigned", SearchQuery(assignee="none")),
        ("priority:High", SearchQuery(priority="high")),
        ("from:Ann@", SearchQuery(requester="ann@")),
        ('assignee:"Bo Okafor"', SearchQuery(assignee="bo okafor")),
        ('tag:Refund tag:"Late  parcel"', SearchQuery(tags=("refund", "late parcel"))),
        ("tag:", SearchQuery((Term(("tag",), True),))),
        ("after:2026-11-01", SearchQuery(created_from=datetime(2026, 11, 2, tzinfo=UTC))),
        ("before:2026-11-01", SearchQuery(created_before=datetime(2026, 11, 1, tzinfo=UTC))),
        ("is:nonsense", SearchQuery((Term(("is", "nonsense"), True),))),
        ("before:soon", SearchQuery((Term(("before", "soon"), True),))),
    ],
)
def test_a_search_is_read(typed: str, query: SearchQuery) -> None:
    assert read_search_query(typed) == query
    assert query.has_words == bool(query.words)


def test_what_is_beyond_the_longest_search_is_left_out() -> None:
    assert read_search_query("x" * (LONGEST - 7) + " kettle").words[1:] == ("kettle",)
    assert len(read_search_query("x" * LONGEST + " kettle").words) == 1
