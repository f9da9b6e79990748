"""Drafts of the composer, and of a new ticket."""

from __future__ import annotations

import io
import re

from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path


def test_a_reply_is_kept_with_its_files_and_is_gone_once_it_is_sent(
    desk: Desk, agent: Browser
) -> None:
    answer = agent.post(
        path(desk, "/draft/reply"), path(desk), comment="Dear Ann,", status="resolved",
        files=(io.BytesIO(b"a map"), "map.txt"),
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.headers["X-Draft"] == "kept"
    word = re.search(r'name="kept" value="([^"]+)" checked> <bdi>map.txt', answer.text)
    assert word
    page = agent.get(path(desk)).text
    assert "Dear Ann,</textarea>" in page
    assert "<bdi>map.txt" in page
    assert '<option value="resolved" selected>' in page
    sent = agent.post(
        path(desk, "/reply"), path(desk), comment="Dear Ann,", status="resolved", kept=word[1]
    )
    assert sent.status_code == 303
    assert "Dear Ann,</textarea>" not in agent.get(path(desk)).text


def test_a_note_and_a_reply_stand_beside_each_other(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/draft/note"), path(desk), comment="He is right.")
    page = agent.get(path(desk)).text
    assert 'id="tab-note" checked' in page
    agent.post(path(desk, "/draft/reply"), path(desk), comment="Dear", status="waiting")
    page = agent.get(path(desk)).text
    assert 'id="tab-reply" checked' in page
    assert "He is right.</textarea>" in page
    agent.post(path(desk, "/note"), path(desk), comment="He is right.")
    page = agent.get(path(desk)).text
    assert "He is right.</textarea>" not in page
    assert "Dear</textarea>" in page


def test_what_cannot_be_kept_says_why(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/draft/note"), path(desk), comment="x" * 100_001)
    assert answer.status_code == 422
    assert "100,000 characters" in answer.text
    assert agent.post(path(desk, "/draft/mail"), path(desk), comment="x").status_code == 404
    assert agent.post("/desk/t/TKT1/draft/note", path(desk), comment="x").status_code == 404


def test_colleagues_see_that_there_is_one_and_not_what(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    agent.post(path(desk, "/draft/reply"), path(desk), comment="My secret plan", status="waiting")
    page = admin.get(path(desk)).text
    assert re.search(r"<bdi>[^<]+</bdi> has begun an answer", page)
    assert "My secret plan" not in page
    row = admin.get("/desk?view=all").text
    assert re.search(r'title="[^"]+ has begun an answer"', row)
    assert 'title="You have begun an answer"' in agent.get("/desk?view=all").text
    assert "has begun" not in agent.get(path(desk)).text


def test_a_new_ticket_is_kept_with_all_that_was_typed(desk: Desk, agent: Browser) -> None:
    typed = {
        "customer": "new@customer.example",
        "subject": "Called",
        "description": "She called.",
        "priority": "high",
        "draft": "kept",
    }
    agent.post("/desk/new/draft", "/desk/new", **typed)
    page = agent.get("/desk/new").text
    assert 'value="new@customer.example"' in page
    assert "She called.</textarea>" in page
    assert '<option value="high" selected>' in page
    other = agent.get("/desk/new?customer=ann@shop.example").text
    assert "You have begun another ticket for <bdi>new@customer.example</bdi>" in other
    assert "data-draft=" not in other
    assert agent.post("/desk/new", "/desk/new", **typed).status_code == 303
    assert "She called." not in agent.get("/desk/new").text


def test_an_unsent_form_comes_back_with_its_files(desk: Desk, agent: Browser) -> None:
    answer = agent.post(
        "/desk/new", "/desk/new", customer="", description="She called.",
        files=(io.BytesIO(b"a map"), "map.txt"),
    )  # fmt: skip
    assert answer.status_code == 422
    assert "<bdi>map.txt" in answer.text


def test_two_pages_of_one_writer_take_nothing_from_each_other(desk: Desk, agent: Browser) -> None:
    where = path(desk, "/draft/reply")
    first = agent.post(where, path(desk), comment="An hour of work", draft_version="")
    version = first.headers["X-Draft-Version"]
    assert f'name="draft_version" value="{version}"' in agent.get(path(desk)).text
    for stale in ("", "Something else"):
        refused = agent.post(where, path(desk), comment=stale, draft_version="")
        assert refused.status_code == 409
        assert refused.text == "An hour of work"
        assert refused.headers["X-Draft-Version"] == version
    agent.post(path(desk, "/reply"), path(desk), comment="Short", draft_version="")
    assert "An hour of work</textarea>" in agent.get(path(desk)).text
    assert agent.post(where, path(desk), comment="Chosen", draft_version=version).status_code == 200
    chosen = agent.post(where, path(desk), comment="Chosen", draft_version="")
    assert chosen.status_code == 200, "the same words are no other draft"
    agent.post(path(desk, "/reply"), path(desk), comment="Chosen", draft_version="an old one")
    assert "Chosen</textarea>" not in agent.get(path(desk)).text
