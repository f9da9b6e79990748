"""Accounts as people type them: each mistake names its field."""

from __future__ import annotations

import pytest

from helpdesk.imap.account import Tls, WrongAccount, account_of_url, checked_account

TYPED = {
    "host": "imap.shop.example",
    "port": "",
    "tls": "implicit",
    "login": "me@shop.example",
    "password": "secret",
    "folder": "",
}


def test_the_usual_port_and_folder_need_not_be_said() -> None:
    account = checked_account(**TYPED)
    assert (account.port, account.folder) == (993, "INBOX")
    assert checked_account(**{**TYPED, "tls": "starttls"}).port == 143
    assert "secret" not in repr(account)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("host", ""),
        ("host", "imap shop"),
        ("host", "https://imap.shop.example"),
        ("port", "many"),
        ("port", "0"),
        ("port", "70000"),
        ("tls", "maybe"),
        ("tls", "off"),
        ("login", " "),
        ("password", ""),
        ("password", "a\r\nb"),
        ("folder", "a\x00b"),
    ],
)
def test_what_does_not_hold_names_its_field(field: str, typed: str) -> None:
    with pytest.raises(WrongAccount) as told:
        checked_account(**{**TYPED, field: typed})
    assert told.value.field == field


def test_on_this_very_machine_nothing_need_be_encrypted() -> None:
    account = checked_account(**{**TYPED, "host": "127.0.0.1", "tls": "off"})
    assert account.tls is Tls.OFF


def test_a_url_names_an_account() -> None:
    account = account_of_url("imaps://me@shop.example@imap.shop.example/Support%20desk", "secret")
    assert (account.host, account.port, account.tls) == ("imap.shop.example", 993, Tls.IMPLICIT)
    assert (account.login, account.folder) == ("me@shop.example", "Support desk")
    assert account_of_url("imap://me%40x.example@h.example:1143", "s").server == "h.example:1143"


@pytest.mark.parametrize(
    "url",
    [
        "pop3://me@h.example",
        "imaps://h.example",
        "imaps://me:secret@h.example",
        "imaps://me@h.example:many",
        "imaps://me@h.example?tls=maybe",
        "imaps://",
        "me@h.example",
    ],
)
def test_a_url_that_names_none_is_told(url: str) -> None:
    with pytest.raises(WrongAccount):
        account_of_url(url, "secret")
