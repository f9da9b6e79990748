"""The status that was chosen with an answer, while a colleague changes the ticket's."""

from __future__ import annotations

import re

from helpdesk.vocabulary import Status
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import comments, path
from web.desk.status_after import after_sending, in_menu, lost_in_form, lost_words

LOST = "“In progress” is not possible any more: the ticket is resolved"


def chosen(page: str) -> str:
    """What the menu beside Send shows."""
    menu = page.partition('id="after-status"')[2].partition("</select>")[0]
    found = re.search(r'<option value="(\w+)" selected>', menu)
    assert found
    return found[1]


def beside(page: str) -> str:
    """What is said beside the menu."""
    return page.partition('id="lost-status"')[2].partition("</p>")[0]


def resolve(admin: Browser, desk: Desk) -> None:
    assert admin.post(path(desk, "/status"), path(desk), status="resolved").status_code == 303


def seen_change(agent: Browser, desk: Desk) -> str:
    found = re.search(r'name="seen_change_id" value="(\d+)"', agent.get(path(desk)).text)
    assert found
    return found[1]


def test_what_the_stop_says_of_it(desk: Desk, agent: Browser, admin: Browser) -> None:
    fields = {"comment": "Dear Ann", "seen_change_id": seen_change(agent, desk)}
    before = len(comments(desk))
    resolve(admin, desk)
    # Of a page without scripts, and of one whose menu shows what the ticket can become by now.
    for given in (
        {"status": "in_progress"},
        {"status": "resolved", "lost_status": "in_progress resolved"},
    ):
        stopped = agent.post(path(desk, "/reply"), path(desk), **fields, **given)
        assert stopped.status_code == 409
        told = stopped.text.partition('id="reply-problem"')[2].partition("</p>")[0]
        assert "set the status to resolved" in told
        assert f"{LOST}." in told
        assert LOST in beside(stopped.text)
        assert chosen(stopped.text) == "resolved"
        assert 'name="lost_status" value="in_progress resolved"' in beside(stopped.text)
    assert len(comments(desk)) == before
    fields["seen_change_id"] = seen_change(agent, desk)
    sent = agent.post(path(desk, "/reply"), path(desk), **fields, **given)
    assert sent.status_code == 303
    assert desk.reload().status == "resolved"


def test_the_draft_knows_what_was_chosen(desk: Desk, agent: Browser, admin: Browser) -> None:
    keep, typed = path(desk, "/draft/reply"), {"comment": "Dear Ann"}
    agent.post(keep, path(desk), **typed, status="in_progress")
    resolve(admin, desk)
    page = agent.get(path(desk)).text
    assert LOST in beside(page)
    assert chosen(page) == "resolved"
    lost = {"status": "resolved", "lost_status": "in_progress resolved"}
    agent.post(keep, path(desk), comment="Dear Ann,", **lost)
    assert LOST in beside(agent.get(path(desk)).text)
    admin.post(path(desk, "/status"), path(desk), status="open")
    page = agent.get(path(desk)).text
    assert chosen(page) == "in_progress", "it can be had again"
    assert "<span>" not in beside(page)


def test_what_is_chosen_since_counts(desk: Desk, agent: Browser, admin: Browser) -> None:
    resolve(admin, desk)
    lost = {"comment": "Dear Ann", "status": "closed", "lost_status": "in_progress resolved"}
    agent.post(path(desk, "/draft/reply"), path(desk), **lost)
    page = agent.get(path(desk)).text
    assert chosen(page) == "closed"
    assert "<span>" not in beside(page)


def test_a_preview_keeps_it(desk: Desk, agent: Browser, admin: Browser) -> None:
    resolve(admin, desk)
    lost = {"comment": "Hi", "status": "resolved", "lost_status": "in_progress resolved"}
    page = agent.post(path(desk, "/preview"), path(desk), **lost).text
    assert 'name="lost_status" value="in_progress resolved"' in page
    agent.post(path(desk, "/preview"), path(desk), **lost, back="yes")
    assert LOST in beside(agent.get(path(desk)).text)


def test_an_answer_that_is_taken_back_says_what_was_chosen_with_it(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    agent.post(path(desk, "/reply"), path(desk), comment="Dear Ann", status="in_progress")
    resolve(admin, desk)
    agent.post(path(desk, "/undo"), path(desk), comment=str(comments(desk)[-1].id))
    assert LOST in beside(agent.get(path(desk)).text)


def test_what_the_menu_shows() -> None:
    resolved = Status.RESOLVED
    assert [name for name, _ in after_sending(resolved)] == ["resolved", "open", "closed"]
    assert in_menu(Status.OPEN, "") == ("waiting", "")
    assert in_menu(Status.OPEN, "nonsense") == ("waiting", "")
    assert in_menu(Status.OPEN, "resolved") == ("resolved", "")
    assert in_menu(resolved, "waiting") == ("resolved", "waiting")
    assert in_menu(resolved, "open", "waiting") == ("open", "waiting")
    assert in_menu(resolved, "resolved", "nonsense") == ("resolved", "")
    assert lost_in_form({}) == lost_in_form({"status": "open", "lost_status": "x"}) == ""
    assert lost_words(resolved, "in_progress") == LOST == lost_words(resolved) % "In progress"
