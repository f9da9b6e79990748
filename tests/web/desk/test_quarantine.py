"""Deciding about held mail."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from helpdesk.models import TrustedSender
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.inbound import decide, quarantine_mail, state_of


def test_chosen_mails_are_released_deleted_and_taken_back(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    first, second, third = (quarantine_mail(desk, clock) for _ in range(3))
    decide(agent, "release", first)
    assert state_of(desk, first) == "waiting"
    assert "1 released mail is being filed" in agent.get("/desk/mail").text

    answer = decide(agent, "discard", first, second, third)
    assert [state_of(desk, one) for one in (first, second, third)] == [
        "waiting", "set_aside", "set_aside",
    ]  # fmt: skip
    page = agent.get(answer.location).text
    assert "Deleted 2 mails" in page
    assert "Someone else decided about 1 more meanwhile" in page
    offered = [int(one) for one in re.findall(r'type="hidden" name="mail" value="(\d+)"', page)]
    assert offered == [second, third]
    decide(agent, "hold", *offered)
    assert [state_of(desk, one) for one in offered] == ["held", "held"]

    decide(agent, "release")
    assert "Choose the mails first" in agent.get("/desk/mail").text


def test_release_and_always_accept_leaves_a_rule_that_can_be_removed(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    mail_id = quarantine_mail(desk, clock)
    decide(agent, "trust", mail_id)
    assert state_of(desk, mail_id) == "waiting"
    page = agent.get("/desk/mail/trusted").text
    assert "eve@mail.example" in page
    assert "Added by Bo Okafor" in page
    rule = re.search(r'name="rule" value="(\d+)"', page)
    assert rule
    agent.post("/desk/mail/trusted/remove", "/desk/mail/trusted", rule=rule[1])
    with desk.database.reading() as session:
        assert session.scalars(select(TrustedSender)).all() == []


def test_a_rule_is_undone_from_its_notice_and_so_is_its_removal(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    def rules() -> list[str]:
        with desk.database.reading() as session:
            return list(session.scalars(select(TrustedSender.address)))

    def undo(page: str) -> None:
        toast = agent.get(page).text.partition('class="toast change-toast"')[2]
        found = re.search(
            r'action="([^"]+)".*?button" name="(\w+)" value="([^"]+)"', toast, re.DOTALL
        )
        assert found, "no Undo in a toast"
        agent.post(found[1], page, **{found[2]: found[3]})

    held, trusted = "/desk/mail", "/desk/mail/trusted"
    first = quarantine_mail(desk, clock)
    assert "cannot be undone" in agent.get(held).text
    assert "cannot be undone" in agent.get(f"{held}/{first}").text
    decide(agent, "trust", first)
    undo(held)
    assert (rules(), state_of(desk, first)) == ([], "waiting")
    undo(trusted)
    assert rules() == ["eve@mail.example"], "the removal was undone"
    agent.get(trusted)
    clock.now += timedelta(minutes=1)
    agent.post(f"{trusted}/add", trusted, address="eve@mail.example")
    assert "change-toast" not in agent.get(trusted).text, "it stood there before"


def test_a_rule_for_no_address_is_refused_beside_its_field(agent: Browser) -> None:
    for typed in ("ann", "@", "a b@mail.example", ""):
        answer = agent.post("/desk/mail/trusted/add", "/desk/mail/trusted", address=typed)
        assert answer.status_code == 422
        assert 'id="address-problem"' in answer.text
        assert f'value="{typed}"' in answer.text
    agent.post("/desk/mail/trusted/add", "/desk/mail/trusted", address="@Mail.Example")
    assert "@mail.example" in agent.get("/desk/mail/trusted").text
