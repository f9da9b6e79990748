"""An account that mail is sent by, as it is typed."""

from __future__ import annotations

import pytest

from helpdesk.imap.account import Tls, WrongAccount
from helpdesk.submission.account import checked_sending, sending_url


def test_a_url_says_all_but_the_password() -> None:
    typed = sending_url("smtps://me@shop.example@smtp.shop.example?a-minute=30")
    assert (typed.host, typed.port, typed.tls) == ("smtp.shop.example", "", Tls.IMPLICIT)
    assert (typed.login, typed.per_minute) == ("me@shop.example", "30")
    assert sending_url("smtp://me@h.example:2587").tls is Tls.STARTTLS
    assert sending_url("smtp://me@localhost:25?tls=off").tls is Tls.OFF


@pytest.mark.parametrize(
    "url",
    ["imap://me@h", "smtp://me:secret@h", "smtp://me@h?tls=no", "smtp://me@h?x=1", "smtp://me@h:x"],
)
def test_what_is_none_is_refused(url: str) -> None:
    with pytest.raises(WrongAccount) as told:
        sending_url(url)
    assert told.value.field == "url"


def test_it_is_a_relay_that_never_sends_the_password_in_the_clear() -> None:
    account = checked_sending("Smtp.shop.example.", "", "starttls", "me", "secret", "30")
    relay = account.relay()
    assert (relay.name, relay.tls) == ("smtp://smtp.shop.example:587", "required")
    assert (relay.user, relay.password, relay.per_second) == ("me", "secret", 0.5)
    assert "secret" not in repr(account)
    assert checked_sending("h.example", "", "implicit", "me", "p").relay().name == (
        "smtps://h.example:465"
    )


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("host", ("no host", "", "starttls", "me", "p")),
        ("port", ("h.example", "x", "starttls", "me", "p")),
        ("tls", ("h.example", "", "off", "me", "p")),
        ("tls", ("h.example", "", "maybe", "me", "p")),
        ("login", ("h.example", "", "starttls", "", "p")),
        ("password", ("h.example", "", "starttls", "me", "")),
        ("per_minute", ("h.example", "", "starttls", "me", "p", "many")),
    ],
)
def test_what_does_not_hold_names_its_field(field: str, given: tuple[str, ...]) -> None:
    with pytest.raises(WrongAccount) as told:
        checked_sending(*given)
    assert told.value.field == field
