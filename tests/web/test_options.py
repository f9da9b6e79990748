"""The names that fields offer."""

from __future__ import annotations

import re

from sqlalchemy import update

from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.models import Category
from tests.support.clock import FakeClock
from tests.support.factories import make_person
from tests.web.conftest import Browser, Desk

CHOICE = re.compile(r'name="set" value="assignee=(\d+|me)"[^>]*?(?: data-boxes="([^"]*)")?>')


def test_fields_offer_staff_and_categories_in_use(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    page = agent.get("/desk").text
    assert '<option value="refund"' in page
    assert f'<option value="{desk.bo.id}"' in page
    assert f'<option value="{desk.ann.id}"' not in page
    with desk.database.transaction() as session:
        session.execute(
            update(Category).where(Category.name == "refund").values(label="Money back")
        )
    clock.advance(seconds=6)
    assert ">Money back</option>" in agent.get("/desk").text


def test_who_may_only_read_a_mailbox_is_offered_for_its_tickets_nowhere(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    ada, box = Actor(desk.ada.id, "admin"), desk.ticket.mailbox_id
    assert box
    with desk.database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "b2b@shop.example", name="B2B", now=clock.now).id
        reads = make_person(session, "reads@shop.example", "agent", now=clock.now).id
        here = make_person(session, "here@shop.example", "agent", now=clock.now).id
        there = make_person(session, "there@shop.example", "agent", now=clock.now).id
        for person, rights in (
            (reads, {box: "see"}),
            (here, {box: "answer"}),
            (there, {box: "see", other: "manage"}),
        ):
            set_mailbox_rights(session, ada, person, rights, now=clock.now)
    clock.advance(seconds=6)
    bo, boxes = ("me", ""), {here: f" {box} ", there: f" {other} "}
    here_, there_ = ((str(one), boxes[one]) for one in (here, there))

    def offered(page: str) -> set[tuple[str, str]]:
        return set(CHOICE.findall(agent.get(page).text))

    whole = offered("/desk?view=all")
    assert {bo, here_, there_} <= whole
    assert str(reads) not in dict(whole)
    one_box = dict(offered(f"/desk?view=all&mailbox={box}"))
    assert str(here) in one_box
    assert not {str(reads), str(there)} & set(one_box)
    assert (
        f'data-number="{desk.ticket.number}" data-box="{box}"' in agent.get("/desk?view=all").text
    )
    ticket = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert f'name="assignee" value="{here}"' in ticket
    assert f'name="assignee" value="{reads}"' not in ticket
    assert f'name="assignee" value="{there}"' not in ticket
    macro = agent.get("/desk/canned-replies/new?kind=macro").text
    goes_to = macro[macro.index('<select name="assignee"') :].partition("</select>")[0]
    assert f'<option value="{here}" data-boxes=" {box} ">' in goes_to
    assert f'value="{reads}"' not in goes_to


def test_who_may_not_answer_there_is_not_offered_their_own_name(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    ada, box = Actor(desk.ada.id, "admin"), desk.ticket.mailbox_id
    assert box
    with desk.database.transaction() as session:
        set_mailbox_rights(session, ada, desk.bo.id, {box: "see"}, now=clock.now)
    clock.advance(seconds=6)
    assert "me" not in dict(CHOICE.findall(agent.get("/desk?view=all").text))
