"""The language and the time zone of a page: what the browser asks for, and what was chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.conftest import Browser, Desk
from tests.web.portal.conftest import WRITTEN


@pytest.mark.parametrize(
    ("field", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr, en;q=0.5, de;q=0.7", "de"),
        ("de-AT", "de"),
        ("de;q=0, fr", "en"),
        ("en-GB", "en"),
        ("", "en"),
        ("de;q=x, ,;;=,*", "en"),
        ("fr" * 5000, "en"),
    ],
)
def test_the_browsers_wish_is_read(anonymous: Browser, field: str, language: str) -> None:
    page = anonymous.get("/", headers={"Accept-Language": field})
    assert f'<html lang="{language}"' in page.text


def test_a_choice_is_remembered_and_wins(anonymous: Browser) -> None:
    answer = anonymous.post("/language", language="de", next="/my/sign-in")
    assert (answer.status_code, answer.location) == (303, "/my/sign-in")
    page = anonymous.get("/", headers={"Accept-Language": "en"})
    assert '<html lang="de"' in page.text
    assert anonymous.post("/language", language="xx", next="/").status_code == 400


def test_the_desk_is_english(anonymous: Browser) -> None:
    page = anonymous.get("/desk/login", headers={"Accept-Language": "de"})
    assert '<html lang="en"' in page.text


def test_it_speaks_the_visitors_language(desk: Desk, visitor: Callable[[], Browser]) -> None:
    german = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    browser = visitor()
    for path in ("/", "/new", "/my/sign-in", f"/t/{desk.token()}", "/t/gone", "/no/such/page"):
        text = browser.get(path, headers=german).text
        assert '<html lang="de"' in text, path
    assert "Ihre Nachricht ist angekommen" in browser.get(f"/t/{desk.token()}", headers=german).text
    answer = browser.client.post(
        "/new", headers=german, data={"csrf_token": browser.token("/new"), **WRITTEN, "subject": ""}
    )
    assert "Der Betreff braucht 3 bis 200 Zeichen." in answer.text
    # What was chosen wins.
    browser.post("/language", "/new", language="en", next="/new")
    assert "Write to us" in browser.get("/new", headers=german).text
    assert browser.post("/language", "/new", language="xx").status_code == 400
    assert browser.get("/desk/login", headers=german).text.count('lang="en"') == 1
