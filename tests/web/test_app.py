"""What holds on every page: headers, the forms' tokens, the hosts, what a redirect may lead to."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from tests.web.conftest import Browser, Desk

# The API has tokens instead of cookies, and headers of its own: its tests are in tests/web/api.
NOT_A_FORM = ("/api/",)


def rules(app: Flask) -> list[Rule]:
    return [r for r in app.url_map.iter_rules() if not str(r).startswith(NOT_A_FORM)]


def address(rule: Rule, desk: Desk) -> str:
    """The rule's address, with values that exist."""
    values = {"number": desk.ticket.number, "token": desk.token(), "file_id": 1, "mail_id": 1,
              "theme": "light", "name": "css/base.css", "order_number": "A-1001", "kind": "note",
              "person_id": desk.bo.id, "bulk_id": desk.bulk_id(), "mailbox_id": 1, "category_id": 1,
              "token_id": 1, "tag_id": 1, "team_id": 1, "key": "x", "side_id": 0,
              "comment_id": desk.opening_id(), "item_id": 1, "reply_id": desk.canned_id(),
              "view_id": desk.view_id(), "field_id": 1, "provider": "microsoft"}  # fmt: skip
    return str(rule.build({name: values[name] for name in rule.arguments})[1])  # type: ignore[index]


def test_every_form_needs_its_token(app: Flask, desk: Desk, agent: Browser) -> None:
    posts = [rule for rule in rules(app) if rule.methods and "POST" in rule.methods]
    assert len(posts) >= 10
    for rule in posts:
        answer = agent.client.post(address(rule, desk), data={"comment": "kept " * 20})
        assert answer.status_code == 400, rule
        # What was typed stands on the page, to be copied.
        assert "kept kept kept" in answer.text, rule
    assert desk.reload().comment_count == desk.ticket.comment_count
    assert desk.reload().status == "open"


def test_no_page_changes_anything_on_get(app: Flask) -> None:
    for rule in rules(app):
        assert rule.methods is not None
        assert {"PUT", "PATCH", "DELETE"}.isdisjoint(rule.methods)


def test_every_page_carries_the_headers(app: Flask, desk: Desk, agent: Browser) -> None:
    for rule in rules(app):
        if rule.methods and "GET" in rule.methods:
            answer = agent.get(address(rule, desk))
            headers = answer.headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, rule
            assert "unsafe" not in policy or str(rule) == "/mail/<token>", rule
            assert "frame-ancestors" in policy or "sandbox" in policy, rule
            assert headers["X-Content-Type-Options"] == "nosniff", rule
            assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), rule
            assert "Permissions-Policy" in headers, rule
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", rule
            if headers["Content-Type"].startswith("text/html"):
                assert headers["Cache-Control"] == "no-store", rule


def test_no_page_has_inline_script_or_style(app: Flask, desk: Desk, agent: Browser) -> None:
    for path in ("/", "/desk", "/desk/new", "/desk/mail", "/desk/nothing", "/t/nothing",
                 f"/desk/t/{desk.ticket.number}", f"/t/{desk.token()}"):  # fmt: skip
        text = agent.get(path).text
        assert "<style" not in text, path
        assert " style=" not in text, path
        assert " on" + "click" not in text, path
        assert text.count("<script") == text.count("<script src="), path
