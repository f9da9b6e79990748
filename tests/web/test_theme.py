"""Light or dark."""

from __future__ import annotations

from tests.web.conftest import Browser


def test_the_theme_is_remembered_and_shown_at_once(anonymous: Browser) -> None:
    answer = anonymous.post("/theme", theme="dark", next="/desk/login")
    assert answer.status_code == 303
    assert answer.location == "/desk/login"
    assert '<html lang="en" data-theme="dark">' in anonymous.get("/").text
    assert anonymous.post("/theme", theme="dark", next="//evil.example").location == "/"
    assert anonymous.post("/theme", theme='"><script>', next="/").status_code == 400
