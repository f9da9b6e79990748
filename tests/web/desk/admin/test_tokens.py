"""API tokens in the browser: issued once, listed, revoked; for admins alone."""

from __future__ import annotations

import re

from tests.web.conftest import Browser, Desk

PAGE = "/desk/admin/tokens"


def test_a_token_is_issued_shown_once_used_and_revoked(desk: Desk, admin: Browser) -> None:
    answer = admin.post(PAGE, PAGE, email="bo@shop.example", label="Shop", scope=["read", "write"])
    assert answer.status_code == 200
    found = re.search(r"<code>(pd_[\w-]+)</code>", answer.text)
    assert found
    headers = {"Authorization": f"Bearer {found[1]}"}
    assert admin.get("/api/tickets/", headers=headers).json["count"] == 2
    page = admin.get(PAGE).text
    assert found[1] not in page
    assert "read, write" in page
    assert "bo@shop.example" in page
    revoke = re.search(r'action="(/desk/admin/tokens/\d+/revoke)"', page)
    assert revoke
    assert admin.post(revoke[1], PAGE).status_code == 303
    assert admin.get("/api/tickets/", headers=headers).status_code == 401
    assert "/revoke" not in admin.get(PAGE).text


def test_what_does_not_hold_is_said_and_kept(desk: Desk, admin: Browser) -> None:
    nobody = admin.post(PAGE, PAGE, email="x@shop.example", label="Shop", scope="metrics")
    assert nobody.status_code == 422
    assert "Nobody here has the address x@shop.example." in nobody.text
    assert 'value="x@shop.example"' in nobody.text
    assert 'value="metrics" checked' in nobody.text
    assert 'value="read" checked' not in nobody.text
    without = admin.post(PAGE, PAGE, email="bo@shop.example")
    assert without.status_code == 422
    assert "Name a scope" in without.text
    assert admin.post("/desk/admin/tokens/99/revoke", PAGE).status_code == 404


def test_agents_find_no_such_page(desk: Desk, agent: Browser) -> None:
    assert agent.get(PAGE).status_code == 404
    answer = agent.post(PAGE, "/desk", email="bo@shop.example", scope="read")
    assert answer.status_code == 404
