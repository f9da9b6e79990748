"""PDF files: made where WeasyPrint is installed, and of nothing but what they are given."""

from __future__ import annotations

import pytest

import web.pdf
from web.pdf import LONGEST, NoPdf, make_pdf

OF_A_FILE = "file:" + "///etc"


def test_without_the_extra_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.pdf, "find_spec", lambda name: None)
    with pytest.raises(NoPdf, match="not installed on this server"):
        make_pdf("<p>x", "")


@pytest.mark.usefixtures("pango")
def test_it_fetches_nothing() -> None:
    hostile = (
        f'<link rel=attachment href="{OF_A_FILE}/hostname"><img src="http://127.0.0.1:9/x"><p>x'
    )
    found = make_pdf(hostile, f"@import url({OF_A_FILE}/passwd); p {{ background: url(/x.png) }}")
    assert found.startswith(b"%PDF-")
    assert b"EmbeddedFile" not in found


@pytest.mark.usefixtures("pango")
def test_what_is_too_long_or_too_deep_is_refused_in_time() -> None:
    with pytest.raises(NoPdf, match="too long"):
        make_pdf("x" * (LONGEST + 1), "")
    with pytest.raises(NoPdf, match="could not be made"):
        make_pdf("<div>" * 3000 + "x", "")
