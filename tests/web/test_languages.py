"""The language and the time zone of a page: what the browser asks for, and what was chosen."""

from __future__ import annotations

import pytest

from tests.web.conftest import Browser


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
