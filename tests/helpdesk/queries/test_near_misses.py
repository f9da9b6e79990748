"""What a search that found nothing may have meant."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.near_misses import NearMiss, near_misses
from tests.support.factories import Shop, make_ticket
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
