"""Where tokens come from, and which servers may see them."""

from __future__ import annotations

import pytest

from helpdesk.models import GrantProvider
from helpdesk.oauth.providers import client_of, may_see_token, setting_names
from tests.conftest import MakeSettings

GOOGLE, MICROSOFT = GrantProvider.GOOGLE, GrantProvider.MICROSOFT


def test_nobody_signs_in_where_nothing_is_registered(make_settings: MakeSettings) -> None:
    settings = make_settings(OAUTH_GOOGLE_CLIENT_ID="id")
    assert client_of(settings, MICROSOFT) is None
    client = client_of(settings, GOOGLE)
    assert client
    assert client.authorize_url == "https://accounts.google.com/o/oauth2/v2/auth"
    assert client.token_url == "https://oauth2.googleapis.com/token"


def test_a_tenant_of_microsoft_has_addresses_of_its_own(make_settings: MakeSettings) -> None:
    settings = make_settings(
        OAUTH_MICROSOFT_CLIENT_ID="id",
        OAUTH_MICROSOFT_CLIENT_SECRET="a-secret-of-ours",
        OAUTH_MICROSOFT_URL="https://login.microsoftonline.com/shop.example/",
    )
    client = client_of(settings, MICROSOFT)
    assert client
    base = "https://login.microsoftonline.com/shop.example/oauth2/v2.0"
    assert client.token_url == f"{base}/token"
    assert client.device_url == f"{base}/devicecode"
    assert "a-secret-of-ours" not in repr(client) + repr(settings)


@pytest.mark.parametrize(
    ("provider", "host", "may"),
    [
        (GOOGLE, "imap.gmail.com", True),
        (GOOGLE, "imap.gmail.com.", True),
        (GOOGLE, "IMAP.Gmail.com", True),
        (GOOGLE, "outlook.office365.com", False),
        (GOOGLE, "imap.gmail.com.evil.example", False),
        (GOOGLE, "evilgmail.com", False),
        (GOOGLE, "127.0.0.1", True),
        (MICROSOFT, "outlook.office365.com", True),
        (MICROSOFT, "imap.gmail.com", False),
        (MICROSOFT, "", False),
    ],
)
def test_a_token_is_shown_to_its_providers_servers_alone(
    provider: GrantProvider, host: str, may: bool
) -> None:
    assert may_see_token(provider, host) is may


def test_the_settings_are_named() -> None:
    assert setting_names(GOOGLE) == (
        "POSTDESK_OAUTH_GOOGLE_CLIENT_ID",
        "POSTDESK_OAUTH_GOOGLE_CLIENT_SECRET",
    )
