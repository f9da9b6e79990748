"""What a search that found nothing may have meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.change_tags import change_tags
from helpdesk.db import Database
from helpdesk.queries import near_misses as counted
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.near_misses import NearMiss, near_misses
from tests.support.factories import NOW, Shop, make_ticket
from tests.support.plans import plans_of, reads_whole

NEAR = ("ketle", "kettel burns", "ektle", "grosee", "kettle mug")
NOTHING = ("kettle", "is:closed ketle", "zzzz", "ke", '"ketle"', "-ketle", "a b c d e f g",
           "zzzz is:nosuch")  # fmt: skip


@pytest.fixture
def meant(database: Database, shop: Shop) -> dict[str, tuple[NearMiss, ...]]:
    """What each of these searches may have meant, among three tickets."""
    with database.transaction() as session:
        for subject in ("A kettle burns", "The kettle is late", "Größe passt nicht"):
            make_ticket(session, shop.ann, subject)
    found = {}
    with database.reading() as session:
        for search in (*NEAR, *NOTHING):
            found[search] = near_misses(session, shop.agent, "all", QueueFilter(search=search))
    return found


def test_a_word_that_nobody_wrote_is_put_right(meant: dict[str, tuple[NearMiss, ...]]) -> None:
    assert meant["ketle"] == (NearMiss("kettle", 2),)
    assert meant["kettel burns"][0] == NearMiss("kettle burns", 1)
    assert meant["ektle"] == (NearMiss("kettle", 2),)
    assert meant["grosee"] == (NearMiss("grosse", 1),)


def test_fewer_words_are_offered_with_what_they_find(
    meant: dict[str, tuple[NearMiss, ...]],
) -> None:
    assert meant["kettle mug"] == (NearMiss("kettle", 2, left_out="mug"),)
    assert meant["kettel burns"][1:] == (NearMiss("burns", 1, left_out="kettel"),)


def test_what_finds_nothing_either_is_not_offered(meant: dict[str, tuple[NearMiss, ...]]) -> None:
    for search in NOTHING:
        assert meant[search] == (), search


@pytest.fixture
def tagged(database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A ticket with a tag, and another one; and a machine that is never too busy to count."""
    monkeypatch.setattr(counted, "_SECONDS", 600.0)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, "A kettle burns")
        change_tags(session, shop.agent, ticket.id, add=["Refund"], now=NOW)
        make_ticket(session, shop.ann, "The mug is late")
    return shop


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("kettle is:closed", [NearMiss("kettle", 1, left_out="is:closed")]),
        ("tag:refund is:closed", [NearMiss("tag:refund", 1, left_out="is:closed")]),
        ("tag:refnud", [NearMiss("tag:Refund", 1)]),
        ("kettle tag:refnud", [NearMiss("kettle tag:Refund", 1),
                               NearMiss("kettle", 1, left_out="tag:refnud")]),
        ('"kettle burns" -tag:refund', [NearMiss('"kettle burns"', 1, left_out="-tag:refund")]),
        ('kettle subject:"red mug"', [NearMiss("kettle", 1, left_out='subject:"red mug"')]),
        ("kettle is:closed OR is:waiting",
         [NearMiss("kettle", 1, left_out="is:closed OR is:waiting")]),
        ("kettle is:closed zzzz",
         [NearMiss("kettle", 1, left_out="is:closed", and_left_out="zzzz")]),
        ("tag:refnud is:closed", [NearMiss("tag:Refund", 1, left_out="is:closed")]),
        ("kettle is:nosuch zzzz", [NearMiss("kettle is:nosuch", 1, left_out="zzzz")]),
        ("is:closed", []),
        ("is:closed -kettle", []),
        ("kettle is:closed is:waiting has:file has:order has:side tag:a tag:b tag:c", []),
    ],
)  # fmt: skip
def test_operators_are_left_out_too_and_names_put_right(
    database: Database, tagged: Shop, search: str, found: list[NearMiss]
) -> None:
    with database.reading() as session:
        meant = near_misses(session, tagged.agent, "all", QueueFilter(search=search))
    assert list(meant) == found


def test_what_somebody_may_not_see_is_not_counted(database: Database, tagged: Shop) -> None:
    kept_out = replace(tagged.agent, rights=())
    with database.reading() as session:
        for search in ("kettle is:closed", "tag:refnud", "kettle is:closed zzzz"):
            assert near_misses(session, kept_out, "all", QueueFilter(search=search)) == ()


def test_the_index_alone_is_asked(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for number in range(30):
            make_ticket(session, shop.ann, f"A kettle burns {number}")
    wanted = QueueFilter(search="ketle burms")
    with database.reading() as session, plans_of(database) as plans:
        assert near_misses(session, shop.agent, "all", wanted)[0].search == "kettle burns"
    assert len(plans) <= 8
    if database.is_sqlite:
        for plan in plans:
            assert not reads_whole("ticket", plan), plan
