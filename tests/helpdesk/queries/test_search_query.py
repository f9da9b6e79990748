"""A search, read: words, exact words and operators."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.queries.search_query import LONGEST, SearchQuery, Term, read_search_query

KETTLE = Term(("kettle",), True)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", SearchQuery()),
        ("kettle", SearchQuery((Term(("kettle",), True),))),
        ('"My Kettle"', SearchQuery((Term(("my", "kettle"), False),))),
        ("an", SearchQuery((Term(("an",), False),))),
        ("is:in-progress", SearchQuery(status="in_progress")),
        ("is:snoozed", SearchQuery(snoozed=True)),
        ("is:unassigned", SearchQuery(assignee="none")),
        ("priority:High", SearchQuery(priority="high")),
        ("from:Ann@", SearchQuery((Term(("ann",), True),), requester="ann@")),
        ('assignee:"Bo Okafor"', SearchQuery(assignee="bo okafor")),
        ('tag:Refund tag:"Late  parcel"', SearchQuery(tags=("refund", "late parcel"))),
        ("-tag:Refund", SearchQuery(without_tags=("refund",))),
        ("tag:", SearchQuery((Term(("tag",), True),))),
        ("after:2026-11-01", SearchQuery(created_from=datetime(2026, 11, 2, tzinfo=UTC))),
        ("before:2026-11-01", SearchQuery(created_before=datetime(2026, 11, 1, tzinfo=UTC))),
        ("is:nonsense", SearchQuery(not_known=("is:nonsense",))),
        ("kettle before:soon", SearchQuery((KETTLE,), not_known=("before:soon",))),
        ("-is:open", SearchQuery(not_known=("-is:open",))),
        ("http://x.example", SearchQuery((Term(("http", "x", "example"), True),))),
        ("-kettle", SearchQuery(without=(KETTLE,))),
        ('kettle -"My mug"', SearchQuery((KETTLE,), without=(Term(("my", "mug"), False),))),
        ("kettle OR mug", SearchQuery(either=((KETTLE, Term(("mug",), True)),))),
        ("OR kettle OR", SearchQuery((KETTLE,))),
        ("kettle or mug", SearchQuery((KETTLE, Term(("or",), False), Term(("mug",), True)))),
        ('"OR"', SearchQuery((Term(("or",), False),))),
        ("e-mail", SearchQuery((Term(("e", "mail"), True),))),
        ("-", SearchQuery()),
        ("in:spam", SearchQuery(folder="spam")),
        ("is:trash", SearchQuery(folder="trash")),
        ("has:attachment", SearchQuery(has_files=True)),
        ("has:wings", SearchQuery(not_known=("has:wings",))),
        ("is:unanswered", SearchQuery(answered=False)),
        ("order:A-77", SearchQuery(order_number="a-77")),
        ("cc:bob@", SearchQuery(in_copy="bob@")),
        ("category:refund", SearchQuery(category="refund")),
        ('mailbox:"Shop support"', SearchQuery(mailbox="shop support")),
        ("subject:Kettle", SearchQuery((KETTLE,), subject=("Kettle",))),
        (
            "20261123001",
            SearchQuery(either=((Term(("20261123001",), True), Term(("tkt20261123001",), True)),)),
        ),
    ],
)
def test_a_search_is_read(typed: str, query: SearchQuery) -> None:
    assert read_search_query(typed) == query
    assert query.has_words == bool(query.words or query.without)


def test_what_is_beyond_the_longest_search_is_left_out() -> None:
    assert read_search_query("x" * (LONGEST - 7) + " kettle").words[1:] == ("kettle",)
    assert len(read_search_query("x" * LONGEST + " kettle").words) == 1
