"""What is noted of visits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from web.visits import SEVERAL, Visits, last_day, visits_folder


def test_one_address_is_noted_until_there_is_a_second(tmp_path: Path) -> None:
    visits = Visits()
    for _ in range(4):
        visits.note(tmp_path, "10.0.0.2", unbelieved=False)
    seen = last_day(tmp_path)
    assert seen
    assert (seen.address, seen.visits) == ("10.0.0.2", 4)
    for _ in range(4):
        visits.note(tmp_path, "10.0.0.3", unbelieved=False)
    seen = last_day(tmp_path)
    assert seen
    assert (seen.address, seen.visits) == (SEVERAL, 8)
    assert "10.0.0" not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text("{")
    (tmp_path / "2.json").write_text('[{"hour": 1}]')
    assert last_day(tmp_path) is None


@pytest.mark.own_app  # it counts from its start
def test_pages_are_visits_and_programs_are_none(
    desk: Desk, clock: FakeClock, anonymous: Browser
) -> None:
    folder = visits_folder(desk.settings)
    before = last_day(folder)
    for path in ("/healthz", "/favicon.ico", "/api/tickets/", "/metrics"):
        anonymous.get(path)
    assert last_day(folder) == before
    for number in range(8):
        anonymous.get("/", headers={"X-Forwarded-For": f"192.0.2.{number}"})
    seen = last_day(folder)
    assert seen
    assert seen.address == SEVERAL
