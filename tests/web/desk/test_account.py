"""One's own account: name, password, sessions; and what the log says of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import FakeClock
from tests.web.conftest import PASSWORD, Browser, Desk

PAGE = "/desk/account"
NEW = "another-long-password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


def change(browser: Browser, now: str, new: str, again: str | None = None) -> int:
    answer = browser.post(
        f"{PAGE}/password", PAGE, current_password=now, password=new, password_again=again or new
    )
    assert NEW not in answer.text
    return answer.status_code


def copy_of(browser: Browser, app: Flask) -> Browser:
    """Another browser with a copy of the cookie."""
    made = Browser(app.test_client())
    cookie = browser.client.get_cookie("postdesk")
    assert cookie is not None
    made.client.set_cookie("postdesk", cookie.value)
    return made


def test_a_name_is_seen_at_once(agent: Browser) -> None:
    assert agent.post(f"{PAGE}/name", PAGE, name="Bo <b>50 %</b>").status_code == 303
    assert "Bo &lt;b&gt;50 %&lt;/b&gt;" in agent.get(PAGE).text
    refused = agent.post(f"{PAGE}/name", PAGE, name=" ")
    assert refused.status_code == 422
    assert "need a name" in refused.text


def test_a_new_password_needs_the_old_one_and_ends_every_other_session(
    app: Flask, desk: Desk, agent: Browser, visitor: Callable[[], Browser]
) -> None:
    elsewhere = visitor()
    elsewhere.sign_in("bo@shop.example")
    stolen = copy_of(agent, app)
    assert change(agent, "wrong", NEW) == 422
    assert change(agent, PASSWORD, "short") == 422
    assert change(agent, PASSWORD, NEW, again="something-else") == 422
    assert elsewhere.get("/desk").status_code == 200
    assert change(agent, PASSWORD, NEW) == 303
    assert "Your password is changed" in agent.get(PAGE).text
    for ended in (elsewhere, stolen):
        assert ended.get("/desk").status_code == 303
    assert visitor().sign_in("bo@shop.example", NEW).status_code == 303


def test_a_borrowed_browser_cannot_guess_the_password(agent: Browser) -> None:
    statuses = [change(agent, f"wrong {n}", NEW) for n in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_signed_out_session_is_over_for_a_copied_cookie_too(
    app: Flask, anonymous: Browser
) -> None:
    anonymous.sign_in("bo@shop.example")
    stolen = copy_of(anonymous, app)
    assert stolen.get("/desk").status_code == 200
    anonymous.post("/desk/logout", "/desk")
    assert stolen.get("/desk").status_code == 303


def test_sessions_are_listed_and_ended_one_by_one(
    desk: Desk, anonymous: Browser, visitor: Callable[[], Browser], clock: FakeClock
) -> None:
    other = visitor()
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    other.client.environ_base["REMOTE_ADDR"] = "8.8.4.4"
    other.sign_in("bo@shop.example")
    clock.now += timedelta(hours=3)
    anonymous.sign_in("bo@shop.example")
    page = anonymous.get(PAGE).text
    assert page.count("This browser") == 1
    assert "Firefox on Linux" in page
    assert "From 8.8.4.x" in page
    assert "8.8.4.4" not in page
    numbers = [part.split('"')[0] for part in page.split('name="end" value="')[1:]]
    this, its, everywhere = numbers
    assert everywhere == "all"
    ada = visitor()
    ada.is_signed_in_as(desk.ada)
    ada.post(f"{PAGE}/sessions", PAGE, end=its)
    assert other.get("/desk").status_code == 200, "nobody ends another's session"
    assert anonymous.post(f"{PAGE}/sessions", PAGE, end=its).status_code == 303
    assert other.get("/desk").status_code == 303
    assert "no such session" in anonymous.client.post(
        f"{PAGE}/sessions", data={"csrf_token": anonymous.token(PAGE), "end": its},
        follow_redirects=True,
    ).text  # fmt: skip
    assert anonymous.post(f"{PAGE}/sessions", PAGE, end="9²").status_code == 400
    assert anonymous.post(f"{PAGE}/sessions", PAGE, end=this).location == "/desk/login"
    assert anonymous.get("/desk").status_code == 303


def test_sign_out_everywhere(desk: Desk, agent: Browser, visitor: Callable[[], Browser]) -> None:
    others = [visitor() for _ in range(2)]
    for other in others:
        other.is_signed_in_as(desk.bo)
    assert agent.post(f"{PAGE}/sessions", PAGE, end="all").location == "/desk/login"
    for browser in (agent, *others):
        assert browser.get("/desk").status_code == 303


def test_when_a_session_was_seen_is_noted_now_and_then(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    for _ in range(3):
        clock.now += timedelta(days=9)
        answer = agent.get("/desk")
        assert answer.status_code == 200, "who comes back within two weeks stays signed in"
        answer.close()
    clock.now += timedelta(days=15)
    assert agent.get("/desk").status_code == 303


@pytest.mark.parametrize("address", ["bo@shop.example", "ann@shop.example", "no@body.example"])
def test_a_refusal_is_logged_and_says_no_more_than_it_must(
    admin: Browser, anonymous: Browser, address: str
) -> None:
    for _ in range(2):
        anonymous.sign_in(address, "my secret in the wrong field")
    page = admin.get("/desk/admin/log?about=sign-ins").text
    assert page.count("Refused") == 2
    assert (address in page) == address.startswith("bo@")
    assert "my secret" not in page
    assert "Refused" not in admin.get("/desk/admin/log?about=changes").text


def test_one_who_tries_and_tries_does_not_fill_the_log(
    desk: Desk, admin: Browser, visitor: Callable[[], Browser]
) -> None:
    for number in range(60):
        browser = visitor()
        browser.client.environ_base["REMOTE_ADDR"] = f"8.8.4.{number}"
        browser.sign_in(f"no{number}@body.example", "x")
    page = admin.get("/desk/admin/log?about=sign-ins").text
    assert page.count("Refused") == 20
    assert page.count("more within the hour are not written down") == 1


def test_coming_and_going_is_logged_in_plain_words(admin: Browser, anonymous: Browser) -> None:
    anonymous.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    anonymous.sign_in("bo@shop.example")
    change(anonymous, PASSWORD, NEW)
    anonymous.post("/desk/logout", "/desk")
    page = admin.get("/desk/admin/log").text
    for words in ("Signed in: Firefox on Linux, this machine", "Signed out: Firefox on Linux",
                  "Changed their password; every other session ended"):  # fmt: skip
        assert words in page, words
