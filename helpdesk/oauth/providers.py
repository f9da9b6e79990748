"""Google and Microsoft: where they give out tokens, for what, and which servers take them.

The addresses were written down from memory and from public pages, not asked over the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from helpdesk.errors import InvalidInput
from helpdesk.models import GrantProvider
from helpdesk.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class ProviderFacts:
    """What is the same for everybody at a provider."""

    name: str
    """For people."""
    imap: tuple[str, int]
    """Its server for fetching, encrypted from the first byte."""
    smtp: tuple[str, int]
    """Its server for sending: 465 is encrypted from the first byte, 587 by STARTTLS."""
    servers: tuple[str, ...]
    """Endings of the names of servers that a token may be shown to."""
    right: str
    """The scope without which no mail can be fetched."""
    sending: str
    """The scope without which no mail can be sent."""
    scopes: tuple[str, ...]
    asked_along: tuple[tuple[str, str], ...]
    """What its page for signing in has to be told besides."""
    by_device: bool
    """Whether it lets one sign in on another device for mail (RFC 8628)."""

    def may_send(self, scopes: str) -> bool:
        """Whether what was granted, separated by blanks, is enough to send, too."""
        return self.sending.lower() in scopes.lower().split()


PROVIDERS = {
    GrantProvider.GOOGLE: ProviderFacts(
        name="Google",
        imap=("imap.gmail.com", 993),
        smtp=("smtp.gmail.com", 465),
        servers=("gmail.com", "googlemail.com", "google.com"),
        right="https://mail.google.com/",
        sending="https://mail.google.com/",
        scopes=("https://mail.google.com/", "openid", "email"),
        # Without both it gives no refresh token to an account that consented before.
        asked_along=(("access_type", "offline"), ("prompt", "consent")),
        by_device=False,
    ),
    GrantProvider.MICROSOFT: ProviderFacts(
        name="Microsoft",
        imap=("outlook.office365.com", 993),
        smtp=("smtp.office365.com", 587),
        servers=("office365.com", "outlook.com", "office.com", "office365.us", "outlook.cn"),
        right="https://outlook.office.com/IMAP.AccessAsUser.All",
        sending="https://outlook.office.com/SMTP.Send",
        scopes=(
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
            "openid",
            "email",
            "profile",
        ),
        asked_along=(("prompt", "select_account"),),
        by_device=True,
    ),
}


@dataclass(frozen=True)
class ProviderClient:
    """A provider as the operator has set it up: who we are there, and where it is asked."""

    provider: GrantProvider
    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    device_url: str

    @property
    def facts(self) -> ProviderFacts:
        """What is the same for everybody there."""
        return PROVIDERS[self.provider]


def client_of(settings: Settings, provider: GrantProvider) -> ProviderClient | None:
    """Return how a provider is asked; None where the operator has registered nothing there."""
    if provider is GrantProvider.GOOGLE:
        set_up = settings.oauth_google
        authorize = set_up.url or "https://accounts.google.com"
        token = set_up.url or "https://oauth2.googleapis.com"
        urls = (f"{authorize}/o/oauth2/v2/auth", f"{token}/token", "")
    else:
        set_up = settings.oauth_microsoft
        base = (set_up.url or "https://login.microsoftonline.com/common") + "/oauth2/v2.0"
        urls = (f"{base}/authorize", f"{base}/token", f"{base}/devicecode")
    if not set_up.client_id:
        return None
    return ProviderClient(provider, set_up.client_id, set_up.client_secret, *urls)


def setting_names(provider: GrantProvider) -> tuple[str, str]:
    """The settings by which an operator sets a provider up."""
    prefix = f"POSTDESK_OAUTH_{provider.upper()}_CLIENT_"
    return f"{prefix}ID", f"{prefix}SECRET"


def may_see_token(provider: GrantProvider, host: str) -> bool:
    """Whether a mail server may be shown the provider's tokens: its own, or this very machine."""
    name = f".{host.lower().rstrip('.')}"
    ends = PROVIDERS[provider].servers
    return host in LOOPBACK or any(name.endswith(f".{one}") for one in ends)


def check_server(provider: GrantProvider, host: str, *, sending: bool) -> None:
    """Check that a mail server may be shown the provider's tokens.

    :param sending: whether it is the one that takes mail.
    :raises InvalidInput:
    """
    if may_see_token(provider, host):
        return
    facts = PROVIDERS[provider]
    usual, _ = facts.smtp if sending else facts.imap
    words = f"A sign-in with {facts.name} opens its own servers alone: {usual}."
    raise InvalidInput("host", words)
