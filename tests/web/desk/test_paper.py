"""A ticket on paper: with internal notes or without, and as a PDF file."""

from __future__ import annotations

import pytest

import web.pdf
from tests.web.conftest import SECRET_NOTE, Browser, Desk


def test_notes_are_on_it_only_where_they_are_asked_for(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}/print"
    assert f'href="{page}"' in agent.get(f"/desk/t/{desk.ticket.number}").text
    plain = agent.get(page).text
    assert "Where is my parcel?" in plain
    assert "photo.png" in plain
    assert SECRET_NOTE not in plain
    agent.post(f"/desk/t/{desk.ticket.number}/reply", "/desk", comment="Soon.", status="waiting")
    name = f"<bdi>{desk.bo.name}</bdi>"
    assert name not in agent.get(page).text, "customers know staff by their first name"
    inside = agent.get(f"{page}?notes=yes").text
    assert SECRET_NOTE in inside
    assert name in inside


def test_without_the_extra_the_page_says_so(
    desk: Desk, agent: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.pdf, "find_spec", lambda name: None)
    page = agent.get(f"/desk/t/{desk.ticket.number}/pdf").text
    assert "PDF files are not installed on this server." in page
    assert "As a PDF file" not in page


@pytest.mark.usefixtures("pango")
def test_a_pdf_file_is_made(desk: Desk, agent: Browser) -> None:
    answer = agent.get(f"/desk/t/{desk.ticket.number}/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
