"""Static files."""

from __future__ import annotations

from tests.web.conftest import Browser


def test_static_files_are_kept_by_their_content(anonymous: Browser) -> None:
    page = anonymous.get("/").text
    address = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    answer = anonymous.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert anonymous.get("/static/../app.py").status_code == 404
