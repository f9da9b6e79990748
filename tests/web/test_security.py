"""Headers, hosts, cookies, and where a form may lead."""

from __future__ import annotations

import pytest
from itsdangerous import BadSignature, SignatureExpired

from helpdesk import shop_clock
from helpdesk.db import Database
from tests.conftest import MakeSettings
from tests.web.conftest import Browser, Desk
from web.app import create_app
from web.security import ShopTimeSigner, own_path


def test_a_form_that_another_site_sends_is_refused(desk: Desk, agent: Browser) -> None:
    token = agent.token(f"/desk/t/{desk.ticket.number}")
    for site, status in (("cross-site", 400), ("same-site", 400), ("same-origin", 303)):
        answer = agent.client.post(
            f"/desk/t/{desk.ticket.number}/note",
            data={"csrf_token": token, "comment": "hello"},
            headers={"Sec-Fetch-Site": site},
        )
        assert answer.status_code == status, site


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
    plain = app.test_client().get("/desk/login", base_url="http://help.shop.example")
    assert "Strict-Transport-Security" not in plain.headers
    assert "Secure" in plain.headers["Set-Cookie"]


def test_what_came_by_https_through_a_proxy_is_strict_too(anonymous: Browser) -> None:
    answer = anonymous.get("/desk/login", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    stranger = {"REMOTE_ADDR": "192.0.2.7"}
    answer = anonymous.get(
        "/desk/login", headers={"X-Forwarded-Proto": "https"}, environ_base=stranger
    )
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("apart", [-2.0, 2.0])
def test_what_one_machine_signs_another_takes_for_fresh(
    monkeypatch: pytest.MonkeyPatch, apart: float
) -> None:
    """Though their clocks differ by as much as is tolerated."""
    signer, moment = ShopTimeSigner("a secret"), shop_clock.seconds()
    signed = signer.sign("words")
    monkeypatch.setattr(shop_clock, "seconds", lambda: moment + apart)
    assert signer.unsign(signed, max_age=60) == b"words"
    monkeypatch.setattr(shop_clock, "seconds", lambda: moment + 70)
    with pytest.raises(SignatureExpired):
        signer.unsign(signed, max_age=60)
    with pytest.raises(BadSignature):
        ShopTimeSigner("another").unsign(signed)
