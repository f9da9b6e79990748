"""Browsers and networks in plain words; nothing that a stranger wrote is shown."""

from __future__ import annotations

import pytest

from web.browsers import browser_words, network_words

_CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
         "Firefox on Linux"),
        (_CHROME.format("Windows NT 10.0; Win64; x64"), "Chrome on Windows"),
        (_CHROME.format("Windows NT 10.0") + " Edg/131.0", "Edge on Windows"),
        (_CHROME.format("Linux; Android 14; Pixel 8") + " Mobile", "Chrome on Android"),
        (_CHROME.format("Macintosh; Intel Mac OS X 10_15_7"), "Chrome on macOS"),
        (_CHROME.format("X11; CrOS x86_64 14541.0.0"), "Chrome on ChromeOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 "
         "Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) CriOS/131 Safari/604.1",
         "Chrome on iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0 Safari/537.36", "Chrome on Linux"),
        ("curl/8.5.0", "A browser"),
        ("", "A browser"),
        ("<b>50 % {0}</b>" + "Firefox/" * 10_000, "Firefox"),
    ],
)  # fmt: skip
def test_a_browser_in_plain_words(said: str, words: str) -> None:
    assert browser_words(said) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("198.51.100.7", "the local network (198.51.100.x)"),  # for documents: nobody's
        ("8.8.4.4", "8.8.4.x"),
        ("127.0.0.1", "this machine"),
        ("::1", "this machine"),
        ("::ffff:8.8.4.4", "8.8.4.x"),
        ("192.168.1.20", "the local network (192.168.1.x)"),
        ("2a00:1450:4001:829::200e", "2a00:1450:4001:x"),
        ("fe80::1%eth0", "the local network (fe80:0000:0000:x)"),
        ("unix:", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_is_told_roughly(address: str | None, words: str) -> None:
    assert network_words(address) == words
