"""Tags, as admins see and change them."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_tags import change_tags
from helpdesk.actor import Actor
from helpdesk.tickets.tags import find_or_make_tag, tags_on
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

LIST = "/desk/admin/tags"


@pytest.fixture
def tag_ids(desk: Desk, clock: FakeClock) -> dict[str, int]:
    """Two tags on a ticket, by their names."""
    names = ("late parcel", "refund")
    with desk.database.transaction() as session:
        actor = Actor(desk.bo.id, "agent")
        change_tags(session, actor, desk.ticket.id, add=names, now=clock.now)
        return {name: find_or_make_tag(session, name, clock.now).id for name in names}


def names(desk: Desk) -> list[tuple[str, str]]:
    with desk.database.reading() as session:
        on = tags_on(session, [desk.ticket.id]).get(desk.ticket.id, ())
    return [(tag.name, tag.colour) for tag in on]


def test_they_are_listed_with_their_counts_and_renamed_and_coloured(
    desk: Desk, admin: Browser, tag_ids: dict[str, int]
) -> None:
    shown = admin.get(LIST).text
    assert "1 ticket" in shown
    assert "cannot be undone" in shown
    one = f"{LIST}/{tag_ids['refund']}"
    admin.post(f"{one}/name", LIST, name="Money back")
    admin.post(f"{one}/colour", LIST, colour="red")
    assert ("Money back", "red") in names(desk)
    refused = admin.post(f"{one}/name", LIST, name="LATE parcel")
    assert refused.status_code == 422
    assert "merge this one into it" in refused.text
    assert 'value="LATE parcel"' in refused.text


def test_one_is_merged_and_one_deleted(desk: Desk, admin: Browser, tag_ids: dict[str, int]) -> None:
    late, refund = tag_ids.values()
    admin.post(f"{LIST}/{late}/merge", LIST, into=str(refund))
    assert [name for name, _ in names(desk)] == ["refund"]
    assert "“late parcel” is “refund” now. Merged: 1 ticket." in admin.get(LIST).text
    admin.post(f"{LIST}/{refund}/delete", LIST)
    assert names(desk) == []
    assert "no tags yet" in admin.get(LIST).text
