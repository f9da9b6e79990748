"""Whose request it is, where proxies stand in front."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.proxies import DIRECT, UNBELIEVED, TrustedProxies, parsed, visitor

TRUSTED = tuple(ip_network(text) for text in ("127.0.0.1", "::1", "10.0.0.0/8", "2001:db8::/32"))


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # a stranger's word
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what the visitor wrote
        ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.3", "198.51.100.1"),  # two proxies
        ("127.0.0.1", "10.0.0.4, 10.0.0.3", "10.0.0.4"),  # nobody but us
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "6.6.6.6, <script>", "127.0.0.1"),
        ("127.0.0.1", "6.6.6.6, <script>, 10.0.0.3", "10.0.0.3"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("::1", '"[2001:470::7]:4711"', "2001:470::7"),
        ("::1", "2001:470::7, 2001:db8::1", "2001:470::7"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("127.0.0.1", "6.6.6.6,", "127.0.0.1"),
        ("", "6.6.6.6", ""),
    ],
)
def test_from_the_right_the_first_that_is_no_trusted_proxy(
    peer: str, said: str, found: str
) -> None:
    assert visitor(peer, said, TRUSTED) == found


def test_where_nobody_is_trusted_the_connection_alone_counts() -> None:
    assert visitor("127.0.0.1", "198.51.100.1", ()) == "127.0.0.1"


@given(st.text(max_size=200))
def test_whatever_is_said_the_answer_is_an_address(said: str) -> None:
    assert parsed(visitor("127.0.0.1", said, TRUSTED)) is not None


def told(peer: str, **said: str) -> dict[str, Any]:
    """What the application behind is told."""
    seen: list[dict[str, Any]] = []

    def wsgi(environ: dict[str, Any], _start: object) -> list[bytes]:
        seen.append(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "HTTP_HOST": "inside", "wsgi.url_scheme": "http", **said}
    TrustedProxies(wsgi, TRUSTED)(environ, lambda *_: None)
    return seen[0]


SAID = {
    "HTTP_X_FORWARDED_FOR": "198.51.100.1",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "help.shop.example:8443",
}


def test_a_trusted_proxy_says_who_asked_for_what() -> None:
    seen = told("10.1.1.1", **SAID)
    assert seen["REMOTE_ADDR"] == "198.51.100.1"
    assert seen["wsgi.url_scheme"] == "https"
    assert seen["HTTP_HOST"] == "help.shop.example:8443"
    assert not set(SAID) & set(seen)
    assert (seen[DIRECT], seen[UNBELIEVED]) == (False, False)


def test_a_stranger_says_nothing() -> None:
    seen = told("192.0.2.7", **SAID)
    assert seen["REMOTE_ADDR"] == "192.0.2.7"
    assert seen["wsgi.url_scheme"] == "http"
    assert seen["HTTP_HOST"] == "inside"
    assert not set(SAID) & set(seen)
    assert (seen[DIRECT], seen[UNBELIEVED]) == (True, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("HTTP_X_FORWARDED_PROTO", "javascript"),
        ("HTTP_X_FORWARDED_HOST", "evil.example/path"),
        ("HTTP_X_FORWARDED_HOST", "a b"),
        ("HTTP_X_FORWARDED_HOST", "x@evil.example"),
    ],
)
def test_junk_changes_nothing(field: str, value: str) -> None:
    seen = told("10.1.1.1", **{field: value})
    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("http", "inside")


def test_of_several_words_the_last_counts() -> None:
    seen = told("10.1.1.1", HTTP_X_FORWARDED_HOST="evil.example, help.shop.example")
    assert seen["HTTP_HOST"] == "help.shop.example"
