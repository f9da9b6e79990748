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


def test_two_new_tickets_of_one_writer_take_nothing_from_each_other(
    desk: Desk, agent: Browser
) -> None:
    typed = {"subject": "Called", "description": "", "draft_version": ""}
    first = agent.post("/desk/new/draft", "/desk/new", customer="one@mail.example", **typed)
    assert first.status_code == 200
    refused = agent.post("/desk/new/draft", "/desk/new", customer="two@mail.example", **typed)
    assert refused.status_code == 409
    assert refused.text == "one@mail.example · Called"
    other = {**typed, "description": "He called.", "customer": "two@mail.example", "draft": "kept"}
    assert agent.post("/desk/new", "/desk/new", **other).status_code == 303
    page = agent.get("/desk/new").text
    assert 'value="one@mail.example"' in page
    version = first.headers["X-Draft-Version"]
    assert f'name="draft_version" value="{version}"' in page


def test_two_forwards_of_one_writer_take_nothing_from_each_other(
    desk: Desk, agent: Browser
) -> None:
    page = path(desk, f"/forward/{desk.opening_id()}")
    typed = {"to": "carrier@mail.example", "draft_version": ""}
    first = agent.post(page + "/draft", page, note="Please look.", **typed)
    refused = agent.post(page + "/draft", page, note="Where is it?", **typed)
    assert (refused.status_code, refused.text) == (409, "Please look.")
    assert agent.post(page, page, note="Where is it?", **typed).status_code == 303
    shown = agent.get(page).text
    assert "Please look.</textarea>" in shown
    assert f'name="draft_version" value="{first.headers["X-Draft-Version"]}"' in shown


def test_a_new_ticket_for_somebody_is_kept_too(desk: Desk, agent: Browser) -> None:
    page = "/desk/new?customer=ann@shop.example"
    assert 'data-draft="/desk/new/draft"' in agent.get(page).text
    typed = {"customer": "ann@shop.example", "description": "She called.", "draft_version": ""}
    agent.post("/desk/new/draft", page, **typed)
    shown = agent.get(page).text
    assert "She called.</textarea>" in shown
    assert 'name="acknowledge">' in shown, "the box that was cleared stays cleared"
    kept = re.search(r'name="draft_version" value="(\w+)"', shown)
    assert kept
    again = {**typed, "acknowledge": "on", "draft_version": kept[1]}
    agent.post("/desk/new/draft", page, **again)
    assert 'name="acknowledge" checked>' in agent.get(page).text
    assert "She called." not in agent.get("/desk/new?customer=ben@shop.example").text


def test_what_is_sent_on_a_ticket_merged_meanwhile_stands_where_it_goes_on(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    page, there = path(desk), f"/desk/t/{desk.other.number}"
    forward = path(desk, f"/forward/{desk.opening_id()}")
    agent.post(there + "/draft/reply", there, comment="Dear Ben,")
    admin.post(path(desk, "/merge"), page, into=desk.other.number, confirmed="yes")
    kept = agent.post(path(desk, "/draft/note"), there, comment="Ask", draft_version="")
    assert kept.headers["X-Draft-Ticket"] == desk.other.number
    for address, typed in (
        (path(desk, "/reply"), {"comment": "Dear Ann,", "draft_version": ""}),
        (path(desk, "/note"), {"comment": "Ask Ada."}),
        (forward, {"to": "carrier@mail.example", "note": "Please look."}),
    ):
        led = agent.post(address, there, **typed)
        assert (led.status_code, led.location) == (303, there + "#composer"), address
        assert "was merged into" in agent.get(there).text
    shown = agent.get(there).text
    assert "Dear Ann,\n\nDear Ben,</textarea>" in shown
    assert "Ask Ada.\n\nAsk</textarea>" in shown
    opening = forward.rpartition("/")[2]
    assert "Please look.</textarea>" in agent.get(f"{there}/forward/{opening}").text


def test_without_scripts_a_draft_is_kept_by_a_button(desk: Desk, agent: Browser) -> None:
    page = agent.get(path(desk)).text
    for kind, first, other in (("reply", "Dear Ann,", "PS"), ("note", "Ask Ada.", "Ask Bo.")):
        button = f'name="keep" value="yes" formaction="{path(desk, f"/draft/{kind}")}"'
        assert button in page
        for text in (first, other):  # the second from a page that knew of none
            typed = {"comment": text, "keep": "yes", "draft_version": ""}
            kept = agent.post(path(desk, f"/draft/{kind}"), path(desk), **typed)
            assert (kept.status_code, kept.location) == (303, path(desk, "#composer"))
            agent.post(path(desk, "/priority"), path(desk), priority="high")
        shown = agent.get(path(desk)).text
        assert f"{other}\n\n{first}</textarea>" in shown
        long = {"comment": "x" * 100_001, "keep": "yes"}
        refused = agent.post(path(desk, f"/draft/{kind}"), path(desk), **long)
        assert refused.status_code == 422
        assert "x" * 100_001 in refused.text
