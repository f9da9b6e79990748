"""One question to a provider, whatever it answers, and however slowly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from helpdesk.oauth.asking import ask
from helpdesk.oauth.trouble import OAuthRefused, TokenTrouble
from tests.support.running import free_port

FORM = {"grant_type": "refresh_token", "refresh_token": "r+ä"}


@contextmanager
def answering(*pieces: bytes, every: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """A server that takes one question, and sends these pieces of an answer, with rests between."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError), listener.accept()[0] as client:
                client.settimeout(5)
                heard.append(_question(client))
                for piece in pieces:
                    client.sendall(piece)
                    time.sleep(every)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/token", heard
        thread.join(10)


def _question(client: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"refresh_token=r%2B%C3%A4"):
        said += client.recv(65536)
    return said


def answer(status: str, body: bytes, *fields: str) -> bytes:
    head = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(head).encode() + body


def test_a_form_is_sent_and_an_object_comes_back() -> None:
    with answering(answer("200 OK", b'{"access_token": "a"}')) as (url, heard):
        assert ask(url, FORM) == {"access_token": "a"}
    assert heard[0].startswith(b"POST /token HTTP/1.1\r\n")
    assert heard[0].endswith(b"\r\n\r\ngrant_type=refresh_token&refresh_token=r%2B%C3%A4")


def test_what_it_says_no_to_is_named() -> None:
    body = b'{"error": "invalid_grant", "error_description": "It was\\r\\n withdrawn."}'
    with answering(answer("400 Bad Request", body)) as (url, _), pytest.raises(OAuthRefused) as no:
        ask(url, FORM)
    assert (no.value.code, no.value.words) == ("invalid_grant", "It was withdrawn.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (answer("302 Found", b"", "Location: http://127.0.0.1:9/"), "status 302"),
        (answer("500 No", b"<h1>Oh</h1>"), "status 500"),
        (answer("429 Slow", b'{"error": "slow_down"}'), "slow_down"),
        (answer("503 No", b'{"error": "temporarily_unavailable"}'), "temporarily_unavailable"),
        (answer("200 OK", b"[]"), "no answer that can be read"),
        (answer("200 OK", b'{"a": "' + b"x" * 200_000 + b'"}'), "no answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", "no answer"),
        (b"SSH-2.0-OpenSSH\r\n", "no answer"),
        (b"", "no answer"),
    ],
)
def test_no_answer_that_can_be_used(said: bytes, words: str) -> None:
    with answering(said) as (url, _), pytest.raises(TokenTrouble) as trouble:
        ask(url, FORM)
    assert words in trouble.value.words


def test_nobody_there() -> None:
    with pytest.raises(TokenTrouble) as trouble:
        ask(f"http://127.0.0.1:{free_port()}/token", FORM)
    assert "refused" in trouble.value.words


@pytest.mark.parametrize(
    "pieces", [(b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 9), (b"",) * 9], ids=["drops", "none"]
)
def test_who_is_slow_is_cut_off(pieces: tuple[bytes, ...]) -> None:
    began = time.monotonic()
    with answering(*pieces, every=0.1) as (url, _):
        with pytest.raises(TokenTrouble):
            ask(url, FORM, within=0.3)
        assert time.monotonic() - began < 1.5
