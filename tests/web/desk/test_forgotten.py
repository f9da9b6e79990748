"""Forgotten passwords in the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.models import OutboundMail
from tests.web.conftest import Browser, Desk

NEW = "another-long-password"


def link_of(desk: Desk) -> str:
    with desk.database.reading() as session:
        mail = session.scalars(
            select(OutboundMail).where(OutboundMail.template == "password_link_staff")
        ).one()
        return str(mail.values["path"])


def test_a_forgotten_password_is_set_anew(
    desk: Desk, agent: Browser, admin: Browser, visitor: Callable[[], Browser]
) -> None:
    browser = visitor()
    assert 'href="/desk/forgot"' in browser.get("/desk/login").text
    assert browser.post("/desk/forgot", "/desk/forgot", email="bo@shop.example").status_code == 200
    path = link_of(desk)
    page = browser.get(path)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for first, second in (("short", "short"), (NEW, "something-else")):
        refused = browser.post(path, path, password=first, password_again=second)
        assert refused.status_code == 422
        assert NEW not in refused.text
    assert agent.get("/desk").status_code == 200
    done = browser.post(path, path, password=NEW, password_again=NEW)
    assert done.location == "/desk/login?set=1"
    assert "sign in with it" in browser.get(done.location).text
    assert agent.get("/desk").status_code == 303, "every session ends"
    assert browser.sign_in("bo@shop.example", NEW).status_code == 303
    for answer in (browser.get(path), browser.post(path, "/desk", password=NEW)):
        assert answer.status_code == 404
        assert "This link has run out" in answer.text
    log = admin.get("/desk/admin/log").text
    assert "Asked for a link to set a new password" in log
    assert "Set a new password by the mailed link" in log


def test_asking_says_the_same_to_everybody(desk: Desk, anonymous: Browser) -> None:
    def answer(address: str) -> str:
        return anonymous.post("/desk/forgot", "/desk/forgot", email=address).text

    known = answer("bo@shop.example")
    assert answer("nobody@shop.example") == known == answer("ann@shop.example")
    refused = anonymous.post("/desk/forgot", "/desk/forgot", email="no address")
    assert refused.status_code == 422


@pytest.mark.parametrize("token", ["x", "x" * 5000, "%00", "ü"])
def test_a_token_that_is_none(anonymous: Browser, token: str) -> None:
    assert anonymous.get(f"/desk/password/{token}").status_code == 404
