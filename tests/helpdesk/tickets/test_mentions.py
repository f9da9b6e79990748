"""Whom a note names, and what in it is not clear."""

from __future__ import annotations

import pytest

from helpdesk.models import Person, PersonAddress
from helpdesk.tickets.mentions import handles_of, mentions_in, with_name_chosen


def person(number: int, name: str, address: str) -> Person:
    return Person(id=number, name=name, addresses=[PersonAddress(address=address)])


MIA = person(1, "Mia Lee", "mia.l@shop.example")
TOM = person(2, "Tom Ray", "tom@shop.example")
OTHER_TOM = person(3, "Tom Moss", "moss@shop.example")
TWIN, OTHER_TWIN = person(4, "Kim Ito", "kim@a.example"), person(5, "Kim Ito", "kim@b.example")
STAFF = [MIA, TOM, OTHER_TOM, TWIN, OTHER_TWIN]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@mia can you look?", [MIA]),
        ("Ask (@mia.lee), please.", [MIA]),
        ("@MiaLee.", [MIA]),
        ("@mia.l and @moss", [MIA, OTHER_TOM]),
        ("@tom, either of you", []),
        ("mail ann@mia.example about it", []),
        ("nobody", []),
        ("@kim@b.example: yours", [OTHER_TWIN]),
        ("`@mia` is how it is written", []),
        ("```\n@mia\n```\n@moss", [OTHER_TOM]),
        ("~~~\n@mia", []),
    ],
)
def test_a_note_names_staff_by_name_or_address(text: str, found: list[Person]) -> None:
    assert list(mentions_in(text, STAFF).people) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@tom?", ["“@tom” may be Tom Ray or Tom Moss"]),
        ("@Jon, @jon. And @mia", ["“@Jon” is nobody of staff"]),
        ("@kim and @x", ["“@kim” may be Kim Ito or Kim Ito", "“@x” is nobody of staff"]),
        ("write to ann@x.example, mailto:bo@x.example or <cy@x.example>", []),
        ("`@media` and ``@x``\n\n~~~css\n@import\n~~~", []),
        ("see https://social.example/@tom", []),
        ("@ 5, @5pm, @", []),
    ],
)
def test_what_is_not_clear_is_said(text: str, said: list[str]) -> None:
    assert list(map(str, mentions_in(text, STAFF).doubtful)) == said


def test_each_has_a_name_that_is_theirs_alone() -> None:
    handles = handles_of(STAFF)
    assert list(handles.values()) == [
        "mia",
        "tom.ray",
        "tom.moss",
        "kim@a.example",
        "kim@b.example",
    ]
    for one in STAFF:
        assert mentions_in(f"@{handles[one.id]}.", STAFF).people == (one,)


def test_a_chosen_name_stands_where_the_unclear_one_stood() -> None:
    text = "@tom: `@tom` asked (@Tom). tom@tom.example, @tommy, @tom."
    assert with_name_chosen(text, "tom", "tom.ray") == (
        "@tom.ray: `@tom` asked (@tom.ray). tom@tom.example, @tommy, @tom.ray."
    )


def test_marks_without_end_take_no_time() -> None:
    for text in ("`" * 100_000 + "@mia", "@" * 100_000, "```\n" * 30_000):
        mentions_in(text, STAFF)
