"""A mail of ours in a frame, before it leaves."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.conftest import PNG, Desk
from web.preview_frame import framed, with_pictures


@pytest.mark.parametrize(("theme", "media"), [("dark", "@media all"), ("light", "@media not all")])
def test_the_theme_is_the_one_asked_for(theme: str, media: str) -> None:
    answer = framed("<style>@media (prefers-color-scheme: dark) {}</style>", theme)
    assert f"{media} {{}}" in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_inline_pictures_are_carried_within(app: Flask, desk: Desk) -> None:
    files = {"p1@x": PNG, "t1@x": b"<script>"}
    attached = [
        {"filename": name, "content_type": "image/png", "size": 1, "content_id": name,
         "sha256": desk.blobs.put(content)}
        for name, content in files.items()
    ]  # fmt: skip
    html = '<img src="cid:p1@x"><img src="cid:t1@x"><img src="cid:gone">'
    with app.test_request_context("/"):
        shown = with_pictures(html, attached)  # type: ignore[arg-type]
    assert shown.startswith('<img src="data:image/png;base64,')
    assert shown.endswith('<img src=""><img src="">')
