"""What holds on every page: headers, the forms' tokens, the hosts, what a redirect may lead to."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import Rule

from helpdesk.db import Database
from tests.conftest import MakeSettings
from tests.web.conftest import Browser, Desk
from web.app import create_app
from web.security import own_path

# The API has tokens instead of cookies, and headers of its own: its tests are in tests/web/api.
NOT_A_FORM = ("/api/",)


def rules(app: Flask) -> list[Rule]:
    return [r for r in app.url_map.iter_rules() if not str(r).startswith(NOT_A_FORM)]


def address(rule: Rule, desk: Desk) -> str:
    """The rule's address, with values that exist."""
    values = {"number": desk.ticket.number, "token": desk.token(), "file_id": 1, "mail_id": 1,
              "theme": "light", "name": "css/base.css", "order_number": "A-1001",
              "person_id": desk.bo.id, "mailbox_id": 1, "category_id": 1,
              "token_id": 1}  # fmt: skip
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


def test_a_form_that_another_site_sends_is_refused(desk: Desk, agent: Browser) -> None:
    token = agent.token(f"/desk/t/{desk.ticket.number}")
    for site, status in (("cross-site", 400), ("same-site", 400), ("same-origin", 303)):
        answer = agent.client.post(
            f"/desk/t/{desk.ticket.number}/note",
            data={"csrf_token": token, "comment": "hello"},
            headers={"Sec-Fetch-Site": site},
        )
        assert answer.status_code == status, site


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


def test_static_files_are_kept_by_their_content(anonymous: Browser) -> None:
    page = anonymous.get("/").text
    address = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    answer = anonymous.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert anonymous.get("/static/../app.py").status_code == 404


def test_only_our_own_names_are_answered(anonymous: Browser) -> None:
    assert anonymous.get("/", headers={"Host": "localhost"}).status_code == 200
    assert anonymous.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
    "\thttps://evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)",
    "http:evil.example", "///evil.example", " //evil.example", "", None,
])  # fmt: skip
def test_nobody_is_sent_to_another_site(target: str | None) -> None:
    assert own_path(target) is None


def test_a_path_of_ours_is_gone_back_to() -> None:
    assert own_path("/desk/t/TKT20261123001?a=b#c1") == "/desk/t/TKT20261123001?a=b#c1"


def test_over_https_cookies_and_transport_are_strict(
    make_settings: MakeSettings, database: Database
) -> None:
    app = create_app(make_settings(PUBLIC_URL="https://help.shop.example"), database)
    answer = app.test_client().get("/desk/login", base_url="https://help.shop.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-postdesk=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_the_theme_is_remembered_and_shown_at_once(anonymous: Browser) -> None:
    answer = anonymous.post("/theme", theme="dark", next="/desk/login")
    assert answer.status_code == 303
    assert answer.location == "/desk/login"
    assert '<html lang="en" data-theme="dark">' in anonymous.get("/").text
    assert anonymous.post("/theme", theme="dark", next="//evil.example").location == "/"
    assert anonymous.post("/theme", theme='"><script>', next="/").status_code == 400


def test_a_redis_that_is_away_slows_no_sign_in(anonymous: Browser) -> None:
    # The settings of a test name a Redis that is not there: the limits count in memory.
    assert anonymous.sign_in("bo@shop.example").status_code == 303


def test_health_tells_what_stands(anonymous: Browser, database: Database) -> None:
    assert anonymous.get("/healthz").status_code == 200
    answer = anonymous.get("/readyz")
    assert answer.json["database"] == "ok"
    assert answer.json["redis"] == "down"
    # No gateway and no worker gave a sign of life: with SQLite they would have to be here.
    assert answer.status_code == (503 if database.is_sqlite else 200)
