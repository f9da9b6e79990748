"""How often pages may be asked, by whom, and what becomes of a form that came too often."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.test import TestResponse as TestAnswer

from tests.web.conftest import PNG, Browser, Desk
from web import limits
from web.limits import KEPT_UPLOADS, NEW_REQUESTS

# Each test here counts what its own application was asked.
pytestmark = pytest.mark.own_app

FORM = {"email": "new@mail.example", "subject": "Money back", "text": "I sent it back."}
MANY = NEW_REQUESTS.amount


def send(browser: Browser, path: str, visitor: str = "192.0.2.1", **fields: object) -> TestAnswer:
    token = browser.token("/new")
    return browser.client.post(
        path,
        data={"csrf_token": token, **fields},
        content_type="multipart/form-data",
        headers={"X-Forwarded-For": visitor},
    )


def test_a_redis_that_is_away_slows_no_sign_in(anonymous: Browser) -> None:
    # The settings of a test name a Redis that is not there: the limits count in memory.
    assert anonymous.sign_in("bo@shop.example").status_code == 303


def test_each_visitor_behind_the_proxy_has_a_budget_of_their_own(
    desk: Desk, anonymous: Browser
) -> None:
    def write(visitor: str) -> int:
        return send(anonymous, "/new", visitor, **FORM).status_code

    assert [write("192.0.2.1") for _ in range(MANY + 1)] == [303] * MANY + [429]
    assert write("192.0.2.2") == 303
    # A visitor's own word on who they are counts for nothing.
    assert write("6.6.6.6, 192.0.2.1") == 429


def test_an_address_of_ipv6_is_a_network(desk: Desk, anonymous: Browser) -> None:
    def write(visitor: str) -> int:
        return send(anonymous, "/new", visitor, **FORM).status_code

    statuses = [write(f"2001:470:1:2::{number:x}") for number in range(MANY + 1)]
    assert statuses == [303] * MANY + [429]
    assert write("2001:470:1:3::1") == 303


def test_a_refused_form_comes_back_with_text_and_files_and_says_how_long(
    desk: Desk, anonymous: Browser
) -> None:
    for _ in range(MANY):
        send(anonymous, "/new", **FORM)
    answer = send(anonymous, "/new", **FORM, files=(io.BytesIO(PNG), "receipt.png"))
    assert answer.status_code == 429
    assert 3000 < int(answer.headers["Retry-After"]) <= 3600
    assert re.search(r"try again in (59|60) minutes", answer.text)
    for typed in ("I sent it back.", "Money back", "new@mail.example", "receipt.png"):
        assert typed in answer.text
    kept = re.search(r'name="kept" value="([^"]+)"', answer.text)
    assert kept
    # Sent again from elsewhere, where there is still room, it takes its file along.
    again = send(anonymous, "/new", "192.0.2.2", **FORM, kept=kept[1])
    assert "receipt.png" in anonymous.get(again.location).text


def test_refused_forms_fill_no_disk(desk: Desk, anonymous: Browser) -> None:
    for _ in range(MANY):
        send(anonymous, "/new", **FORM)
    for _ in range(KEPT_UPLOADS.amount):
        send(anonymous, "/new", **FORM, files=(io.BytesIO(PNG), "receipt.png"))
    answer = send(anonymous, "/new", **FORM, files=(io.BytesIO(PNG), "receipt.png"))
    assert answer.status_code == 429
    assert "receipt.png" not in answer.text
    assert "I sent it back." in answer.text


def test_an_answer_that_came_too_often_comes_back(desk: Desk, anonymous: Browser) -> None:
    path = f"/t/{desk.token()}"
    for _ in range(limits.CUSTOMER_ANSWERS.amount):
        assert send(anonymous, path, comment="Hello again.").status_code == 303
    answer = send(anonymous, path, comment="Once more.", files=(io.BytesIO(PNG), "photo2.png"))
    assert answer.status_code == 429
    assert "Once more." in answer.text
    assert "photo2.png" in answer.text
    assert "try again in" in answer.text


def test_who_asks_for_too_many_links_is_told_how_long(desk: Desk, anonymous: Browser) -> None:
    for number in range(limits.MAILED_LINKS.amount):
        assert send(anonymous, "/my/sign-in", email=f"c{number}@mail.example").status_code == 200
    answer = send(anonymous, "/my/sign-in", email="late@mail.example")
    assert answer.status_code == 429
    assert "late@mail.example" in answer.text
    assert "try again in" in answer.text
    assert send(anonymous, "/my/sign-in", "192.0.2.2", email="a@b.example").status_code == 200


def test_a_click_that_came_too_often_is_told_how_long(desk: Desk, anonymous: Browser) -> None:
    path = f"/t/{desk.token()}/solved"
    answers = [send(anonymous, path) for _ in range(limits.CUSTOMER_ANSWERS.amount + 1)]
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 600
    assert "try again in" in answers[-1].text
