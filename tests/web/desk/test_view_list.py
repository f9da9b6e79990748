"""The mailboxes and the teams at the side, with what is open in each."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.models import Ticket
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.test_bulk import ended
from tests.web.desk.test_queue_filters import fill
from tests.web.desk.test_saved_views import saved
from web.desk import view_list

GROUP = re.compile(r'<details class="places" data-places="(\w+)"([^>]*)>(.*?)</details>', re.DOTALL)


def groups(page: str) -> dict[str, tuple[str, str]]:
    """The attributes and the list of each group at the side, by what it is of."""
    return {found[1]: (found[2].strip(), found[3]) for found in GROUP.finditer(page)}


def test_mailboxes_and_teams_stand_at_the_side_with_what_is_open(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    assert {name: found[0] for name, found in groups(agent.get("/desk").text).items()} == {
        "mailbox": "hidden",  # a single one, whose list every view is
        "team": "hidden",
    }
    clock.advance(minutes=1)  # what pages choose from may be some seconds old
    admin = Actor(desk.ada.id, "admin")
    with desk.database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "rare@shop.example", name="A <b", now=clock.now)
        team = add_team(session, admin, TeamDraft("Repairs"), now=clock.now)
        session.get_one(Ticket, desk.ticket.id).mailbox_id = box.id
        assign_team(session, admin, desk.ticket.id, str(team.id), now=clock.now)
    found = groups(agent.get("/desk").text)
    assert found["mailbox"][0] == "open"
    assert found["team"][0] == ""  # a single one: shut
    assert "A &lt;b" in found["mailbox"][1]
    polled = agent.get(f"/desk/pulse?view=open&mailbox={box.id}").text
    for name in (f"mailbox-{box.id}", f"team-{team.id}"):
        assert re.search(rf'id="count-{name}">.*?</span>1</span>', polled), name
    for link, number in ((f"mailbox={box.id}", 1), (f"team={team.id}", 1)):
        address = f"/desk?view=open&{link}"
        assert address.replace("&", "&amp;") in polled
        page = agent.get(address).text
        assert page.count('class="row-link"') == number
        side = page.partition('<div class="screen"')[0]
        assert side.count('aria-current="page"') == 1
        assert 'aria-current="page"' in side.partition(link)[2][:60]


def test_a_mailbox_that_one_may_not_see_is_not_there(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        boxes = [
            add_mailbox(session, SYSTEM, f"{name}@shop.example", name=name, now=clock.now)
            for name in ("zebra", "lion", "tiger")
        ]
        rights = {box.id: "see" for box in boxes[1:]}
        set_mailbox_rights(session, Actor(desk.ada.id, "admin"), desk.bo.id, rights, now=clock.now)
    clock.advance(minutes=1)
    agent.get("/desk/pulse?view=open")
    for page in ("/desk", "/desk/pulse?view=open"):
        text = agent.get(page).text
        assert "lion" in text
        assert "zebra" not in text


def test_saved_views_are_offered_to_who_searches(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        own = save_view(
            session, Actor(desk.bo.id, "agent"), ViewDraft("Late parcels"), now=clock.now
        )
        hidden = save_view(session, Actor(desk.ada.id, "admin"), ViewDraft("Hers"), now=clock.now)
    clock.advance(minutes=1)
    offered = agent.get("/desk/search-words").json["views"]
    assert ["Late parcels", f"/desk?view=v{own.id}"] in offered
    assert f"/desk?view=v{hidden.id}" not in str(offered)


COUNT = re.compile(
    r'id="((?:unread|count)-\w+)"[^>]*><span class="visually-hidden">[^<]*</span>(\d+)'
)


def test_after_many_tickets_were_moved_the_counts_are_right_on_the_next_page(
    desk: Desk, agent: Browser, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(minutes=1)  # they are newer than who reads them
    numbers = fill(desk, clock, 8)
    view = saved(agent, name="Questions", search="question", base="open").partition("view=")[2]
    clock.advance(minutes=1)
    poll, ticket_page = "/desk/pulse?view=open", f"/desk/t/{desk.ticket.number}"

    def counts(page: str) -> tuple[int, int, int]:
        found = dict(COUNT.findall(agent.get(page).text))
        names = ("count-open", "unread-open", f"count-{view}")
        return tuple(int(found.get(name, 0)) for name in names)  # type: ignore[return-value]

    def move(where: str) -> None:
        asked = {"set": f"folder={where}", "ticket": ids, "in_place": "1"}
        ended(agent, agent.post("/desk/bulk", "/desk?view=open", **asked).text)

    with desk.database.reading() as session:
        ids = session.scalars(select(Ticket.id).where(Ticket.number.in_(numbers))).all()
    monkeypatch.setattr(view_list, "QUICK", timedelta(minutes=1))  # on any machine
    opened, unread, _ = before = counts(poll)
    assert unread >= before[2] == len(numbers)
    assert counts("/desk") == before
    clock.advance(seconds=5)
    move("spam")
    after = (opened - len(numbers), unread - len(numbers), 0)
    for page in ("/desk", ticket_page, poll):
        assert counts(page) == after, page
    # Where counting takes long, no page waits for it: it shows none, and asks for them.
    clock.advance(seconds=5)
    monkeypatch.setattr(view_list, "QUICK", timedelta(0))
    move("inbox")
    assert counts("/desk") == (opened, 0, 0)
    assert 'hx-trigger="load, every 20s' in agent.get("/desk").text
    clock.advance(seconds=3)  # for so long a change may be committed late
    assert counts(poll) == before
    assert counts("/desk") == before
