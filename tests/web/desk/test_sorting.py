"""The order of a list: chosen in its address, and remembered for each view."""

from __future__ import annotations

from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.test_queue_filters import ROW, fill


def test_a_list_is_sorted_by_choice_and_remembers_it(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    fill(desk, clock, 3)
    plain = ROW.findall(agent.get("/desk?view=all").text)
    page = agent.get("/desk?view=all&sort=-created")
    oldest_first = ROW.findall(page.text)
    assert oldest_first == sorted(plain) != plain
    assert 'aria-label="Sort: Oldest"' in page.text
    assert 'name="sort" value="-created"' in page.text  # a search stays in this order
    # Remembered for this view, and for no other.
    assert ROW.findall(agent.get("/desk?view=all").text) == oldest_first
    assert 'aria-label="Sort: Most urgent"' in agent.get("/desk?view=open").text
    # What the page asks later is in the same order.
    assert "sort=-created" in agent.get("/desk?view=all").text.partition('id="poll"')[2][:300]
    newest_first = ROW.findall(agent.get("/desk?view=all&sort=created").text)
    assert newest_first == oldest_first[::-1]
    assert ROW.findall(agent.get("/desk?view=all").text) == newest_first


def test_an_order_that_a_view_has_not_is_its_own(desk: Desk, agent: Browser) -> None:
    page = agent.get("/desk?view=all&sort=waking").text
    assert 'aria-label="Sort: Changed last"' in page
    assert "Waking" not in page
    assert 'aria-label="Sort: Changed last"' in agent.get("/desk?view=all").text


def test_the_row_shows_the_time_that_it_is_sorted_by(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    fill(desk, clock, 1)
    row = agent.get("/desk?view=open&sort=created").text.partition('class="row-since"')[2]
    assert f'datetime="{clock.now.isoformat(timespec="seconds")}"' in row[:200]
