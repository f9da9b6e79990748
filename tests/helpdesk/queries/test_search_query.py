"""A search, read: words, exact words and operators."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from helpdesk.queries.search_query import LONGEST, SearchQuery, Term, read_search_query

KETTLE = Term(("kettle",), True)
MY_MUG = Term(("my", "mug"), False)
OPEN, VIP = SearchQuery(status="open"), SearchQuery(tags=("vip",))
SUBJECT = SearchQuery(subject=("Kettle",))


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
        ("tag:", SearchQuery(not_known=("tag:",))),
        ("kettle Subject: -is:", SearchQuery((KETTLE,), not_known=("Subject:", "-is:"))),
        ('from:"" kettle', SearchQuery((KETTLE,), not_known=('from:""',))),
        ("kettle:", SearchQuery((Term(("kettle",), True),))),
        ("kettle % -", SearchQuery((KETTLE,))),
        ("% _ %", SearchQuery(not_known=("%", "_"))),
        ('"', SearchQuery(not_known=('"',))),
        ("OR OR", SearchQuery(not_known=("OR",))),
        ("after:2026-11-01", SearchQuery(created_from=datetime(2026, 11, 2, tzinfo=UTC))),
        ("before:2026-11-01", SearchQuery(created_before=datetime(2026, 11, 1, tzinfo=UTC))),
        ("is:nonsense", SearchQuery(not_known=("is:nonsense",))),
        ("kettle before:soon", SearchQuery((KETTLE,), not_known=("before:soon",))),
        ("-is:open", SearchQuery(none_of=(SearchQuery(status="open"),))),
        ("-in:spam", SearchQuery(not_known=("-in:spam",))),
        ('-"My mug', SearchQuery(without=(MY_MUG,))),
        ('kettle "my mug', SearchQuery((KETTLE, MY_MUG))),
        ('tag:"Late parcel', SearchQuery(tags=("late parcel",))),
        ('-tag:"Late parcel', SearchQuery(without_tags=("late parcel",))),
        ('24" kettle', SearchQuery((Term(("24",), False), KETTLE))),
        ("“my mug”", SearchQuery((MY_MUG,))),
        ("„my mug“ kettle", SearchQuery((MY_MUG, KETTLE))),
        ("-«my mug»", SearchQuery(without=(MY_MUG,))),
        ("tag:“Late parcel”", SearchQuery(tags=("late parcel",))),
        ("Is:open TAG:vip", SearchQuery(status="open", tags=("vip",))),
        ("priority:high Priority:High", SearchQuery(priority="high")),
        ("is:open is:closed", SearchQuery(status="open", also=(SearchQuery(status="closed"),))),
        (
            "is:unanswered kettle is:answered",
            SearchQuery((KETTLE,), answered=False, also=(SearchQuery(answered=True),)),
        ),
        (
            "before:2026-11-03 before:2026-11-01 before:2026-11-02",
            SearchQuery(created_before=datetime(2026, 11, 1, tzinfo=UTC)),
        ),
        ("tag:vip OR -is:open", SearchQuery(one_of=((VIP, SearchQuery(none_of=(OPEN,))),))),
        ("tag:vip is:open OR tag:vip", SearchQuery(tags=("vip",), one_of=((OPEN, VIP),))),
        ("kettle OR is:open", SearchQuery((KETTLE,), status="open", not_known=("OR",))),
        ("is:open OR kettle", SearchQuery((KETTLE,), status="open", not_known=("OR",))),
        ("subject:Kettle OR kettle", replace(SUBJECT, terms=(KETTLE, KETTLE), not_known=("OR",))),
        ("is:open OR in:spam", SearchQuery(status="open", folder="spam", not_known=("OR",))),
        ("kettle OR -kettle", SearchQuery((KETTLE,), without=(KETTLE,), not_known=("OR",))),
        ("is:open OR is:blue", SearchQuery(status="open", not_known=("OR", "is:blue"))),
        ("is:open OR", SearchQuery(status="open")),
        ("http://x.example", SearchQuery((Term(("http", "x", "example"), True),))),
        ("-kettle", SearchQuery(without=(KETTLE,))),
        ('kettle -"My mug"', SearchQuery((KETTLE,), without=(Term(("my", "mug"), False),))),
        ("kettle OR mug", SearchQuery(either=((KETTLE, Term(("mug",), True)),))),
        ("OR kettle OR", SearchQuery((KETTLE,))),
        ("kettle or mug", SearchQuery((KETTLE, Term(("or",), False), Term(("mug",), True)))),
        ('"OR"', SearchQuery((Term(("or",), False),))),
        ("e-mail", SearchQuery((Term(("e", "mail"), True),))),
        ("-", SearchQuery(not_known=("-",))),
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


def test_operators_beyond_the_most_are_said_to_be_left_out() -> None:
    query = read_search_query(" ".join(f"tag:{number}" for number in range(22)))
    assert query.tags == tuple(str(number) for number in range(20))
    assert query.not_known == ("tag:20", "tag:21")
