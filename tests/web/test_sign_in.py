"""Signing in and out."""

from __future__ import annotations

from collections.abc import Callable

from helpdesk.actions.sign_in import set_password
from helpdesk.models import Person
from tests.web.conftest import Browser, Desk


def test_the_session_is_a_new_one_after_signing_in(desk: Desk, anonymous: Browser) -> None:
    anonymous.get("/desk/login")
    with anonymous.client.session_transaction() as session:
        session["planted"] = "before"
        before = session["csrf_token"]
    anonymous.sign_in("bo@shop.example")
    with anonymous.client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_an_answer_on_its_way_signs_nobody_in_again(desk: Desk, anonymous: Browser) -> None:
    anonymous.sign_in("bo@shop.example")
    for page in ("/desk", f"/desk/t/{desk.ticket.number}"):
        anonymous.get(page)  # where the session gets its token for forms
        assert "Set-Cookie" not in anonymous.get(page).headers


def test_a_new_password_ends_every_session(
    desk: Desk, visitor: Callable[[], Browser], agent: Browser
) -> None:
    assert agent.get("/desk").status_code == 200
    with desk.database.transaction() as session:
        set_password(session, session.get_one(Person, desk.bo.id), "another-long-password")
    assert agent.get("/desk").status_code == 303


def test_who_is_deactivated_is_out_at_once(desk: Desk, agent: Browser) -> None:
    with desk.database.transaction() as session:
        session.get_one(Person, desk.bo.id).active = False
    assert agent.get("/desk").status_code == 303


def test_a_page_that_polls_is_told_that_its_reader_is_signed_out(anonymous: Browser) -> None:
    answer = anonymous.get("/desk/pulse", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Trigger"] == "postdesk:signed-out"
