"""Getting tokens: by a browser, by a code on another device, and anew."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from helpdesk.models import GrantProvider
from helpdesk.oauth.grants import (
    begin_device,
    new_verifier,
    sign_in_url,
    tokens_anew,
    tokens_for_code,
    tokens_for_device,
)
from helpdesk.oauth.providers import ProviderClient, client_of
from helpdesk.oauth.trouble import OAuthRefused, StillWaiting, TokenTrouble
from tests.conftest import MakeSettings
from tests.support.token_server import TokenServer

BACK = "https://help.shop.example/desk/admin/mailboxes/oauth"


def the_client(
    make_settings: MakeSettings, server: TokenServer, provider: str = "google"
) -> ProviderClient:
    client = client_of(make_settings(**server.settings), GrantProvider(provider))
    assert client
    return client


def code_of(server: TokenServer, url: str) -> str:
    return parse_qs(urlsplit(server.agree(url)).query)["code"][0]


def test_by_a_browser_and_anew(make_settings: MakeSettings, token_server: TokenServer) -> None:
    client = the_client(make_settings, token_server)
    verifier = new_verifier()
    url = sign_in_url(client, back=BACK, state="s", verifier=verifier, login="me@shop.example")
    asked = parse_qs(urlsplit(url).query)
    assert asked["login_hint"] == ["me@shop.example"]
    assert asked["access_type"] == ["offline"]
    assert verifier not in url
    got = tokens_for_code(client, code_of(token_server, url), back=BACK, verifier=verifier)
    assert got.account == "support@shop.example"
    assert "https://mail.google.com/" in got.scopes
    assert got.access_token not in repr(got)
    assert got.refresh_token not in repr(got)
    again = tokens_anew(client, got.refresh_token)
    assert again.refresh_token != got.refresh_token
    with pytest.raises(OAuthRefused) as refused:
        tokens_anew(client, got.refresh_token)
    assert refused.value.code == "invalid_grant"


def test_a_code_is_good_with_its_verifier_and_once(
    make_settings: MakeSettings, token_server: TokenServer
) -> None:
    client = the_client(make_settings, token_server)
    verifier = new_verifier()
    url = sign_in_url(client, back=BACK, state="s", verifier=verifier)
    code = code_of(token_server, url)
    with pytest.raises(OAuthRefused):
        tokens_for_code(client, code, back=BACK, verifier=new_verifier())
    tokens_for_code(client, code, back=BACK, verifier=verifier)
    with pytest.raises(OAuthRefused):
        tokens_for_code(client, code, back=BACK, verifier=verifier)


def test_on_another_device(make_settings: MakeSettings, token_server: TokenServer) -> None:
    client = the_client(make_settings, token_server, "microsoft")
    code = begin_device(client)
    assert (code.user_code, code.asked_every) == ("WXYZ-1234", 1)
    for says, slower in (("authorization_pending", False), ("slow_down", True)):
        token_server.device_says = says
        with pytest.raises(StillWaiting) as waiting:
            tokens_for_device(client, code.device_code)
        assert waiting.value.slower is slower
    token_server.device_says = "access_denied"
    with pytest.raises(OAuthRefused):
        tokens_for_device(client, code.device_code)
    token_server.type_code()
    got = tokens_for_device(client, code.device_code)
    assert "https://outlook.office.com/SMTP.Send" in got.scopes.split()


def test_a_wrong_secret_is_refused(make_settings: MakeSettings, token_server: TokenServer) -> None:
    client = replace(the_client(make_settings, token_server), client_secret="wrong")
    with pytest.raises(OAuthRefused) as refused:
        tokens_anew(client, "r")
    assert refused.value.code == "invalid_client"


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({}, True),
        ({"access_token": "a\r\nA1 LOGOUT"}, False),
        ({"access_token": "a\x01b"}, False),
        ({"access_token": ""}, False),
        ({"access_token": 7}, False),
        ({"token_type": "mac"}, False),
        ({"refresh_token": "a b"}, False),
        ({"expires_in": "3599"}, True),
        ({"expires_in": None}, True),
        ({"id_token": "no.token"}, True),
        ({"id_token": "e30.W10.x"}, True),
        ({"id_token": "e30.eyJhdWQiOiJvdGhlciIsImVtYWlsIjoiYUBiIn0.x"}, True),
    ],
)
def test_what_comes_is_looked_at(
    make_settings: MakeSettings,
    token_server: TokenServer,
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[str, object],
    holds: bool,
) -> None:
    client = the_client(make_settings, token_server)
    said = {"access_token": "a.b-c", "token_type": "bearer", "expires_in": 3599, **changed}
    monkeypatch.setattr("helpdesk.oauth.grants.ask", lambda url, form: said)
    if not holds:
        with pytest.raises(TokenTrouble):
            tokens_anew(client, "r")
        return
    got = tokens_anew(client, "r")
    assert got.lasts == (600 if said["expires_in"] is None else 3599)
    assert got.account == ""
    assert got.refresh_token == ""
