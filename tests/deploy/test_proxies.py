"""Behind nginx, Caddy and Apache, each with the sample that the docs give."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import missing_program
from tests.support.pages_server import serving
from tests.support.proxies import NAME, Proxy
from tests.support.running import RunningPostdesk
from tests.support.servers import ServerMissing
from web.limits import NEW_REQUESTS
from web.server.streams import STREAM

pytestmark = pytest.mark.servers

FORM = {"email": "new@mail.example", "subject": "Money back", "text": "I sent it back."}
MIB = 1024 * 1024
KINDS = ("nginx", "caddy", "apache")


@contextmanager
def in_front(kind: str, upstream: int) -> Iterator[Proxy]:
    try:
        proxy = Proxy(kind, upstream)
    except ServerMissing as missing:
        missing_program(str(missing))
    try:
        yield proxy
    finally:
        print(proxy.log.read_text())  # shown where the test fails
        proxy.close()


@pytest.fixture(scope="module")
def postdesk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPostdesk]:
    folder = tmp_path_factory.mktemp("behind")
    with RunningPostdesk(
        folder, PUBLIC_URL=f"https://{NAME}", METRICS_TOKEN="only-ours"
    ) as running:
        running.command("mailbox", "add", "support@your.shop")
        yield running


@pytest.fixture(scope="module", params=KINDS)
def proxy(request: pytest.FixtureRequest, postdesk: RunningPostdesk) -> Iterator[Proxy]:
    with in_front(request.param, postdesk.web_port) as proxy:
        yield proxy


def addresses(proxy: Proxy) -> tuple[str, str]:
    """Two visitors whom no other proxy's test has."""
    number = 10 * (1 + [kind in str(proxy.folder) for kind in KINDS].index(True))
    return f"127.0.0.{number + 2}", f"127.0.0.{number + 3}"


def test_two_visitors_have_two_budgets(proxy: Proxy) -> None:
    one, other = addresses(proxy)
    with proxy.visitor(one) as first, proxy.visitor(other) as second:
        spoofing = 0

        def write() -> int:
            # What the visitor says of themselves counts for nothing, however it is spelled.
            nonlocal spoofing
            spoofing += 1
            who = f"198.51.100.{spoofing}"
            return first.post(
                "/new",
                FORM,
                page="/new",
                X_Forwarded_For=who,
                Forwarded=f"for={who}",
                X_Real_IP=who,
            ).status

        most = NEW_REQUESTS.amount
        assert [write() for _ in range(most + 1)] == [303] * most + [429]
        assert second.post("/new", FORM, page="/new").status == 303


def test_a_spoofed_host_or_scheme_counts_for_nothing(proxy: Proxy) -> None:
    with proxy.visitor("127.0.0.1") as visitor:
        answer = visitor.get("/", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http")
        assert answer.status == 200
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert "evil.example" not in answer.text


def test_over_https_cookies_and_transport_are_strict_and_http_leads_there(proxy: Proxy) -> None:
    with proxy.visitor("127.0.0.1") as visitor:
        answer = visitor.get("/desk/login")
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        cookies = answer.headers.get_all("Set-Cookie") or []
        assert cookies
        assert all("Secure" in cookie for cookie in cookies)
    plain = http.client.HTTPConnection("127.0.0.1", proxy.ports.http, timeout=10)
    plain.request("GET", "/my", headers={"Host": NAME})
    moved = plain.getresponse()
    assert moved.status in (301, 302, 308)
    assert moved.headers["Location"].startswith(f"https://{NAME}")
    assert "Strict-Transport-Security" not in moved.headers
    plain.close()


def test_metrics_are_not_opened(proxy: Proxy) -> None:
    with proxy.visitor("127.0.0.1") as visitor:
        assert visitor.get("/metrics").status == 404
        assert visitor.get("/metrics", X_Forwarded_For="127.0.0.1").status == 404
        assert visitor.get("/metrics", Authorization="Bearer only-ours").status == 200


def test_large_uploads_pass_and_too_large_ones_are_told_so(proxy: Proxy) -> None:
    address, _ = addresses(proxy)
    with proxy.visitor(address.replace("127.0.0.", "127.0.1.")) as visitor:
        sent = visitor.post("/new", FORM, page="/new", file=secrets.token_bytes(25 * MIB - 1000))
        assert sent.status == 303
        assert "large.bin" in visitor.get(sent.headers["Location"]).text
        refused = visitor.post("/new", FORM, page="/new", file=bytes(30 * MIB))
        assert refused.status == 413
        assert "25 MB" in refused.text


async def _one_event_and_then_silence() -> AsyncIterator[bytes]:
    import asyncio

    yield b"data: begun\n\n"
    await asyncio.Event().wait()


def _streaming(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    if environ["PATH_INFO"] != "/events":
        start_response("200 OK", [])
        return [b"page"]
    environ[STREAM] = _one_event_and_then_silence
    headers = [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")]
    start_response("200 OK", headers)
    return [b""]


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_comes_event_by_event(kind: str) -> None:
    with (
        serving(_streaming) as pages,
        in_front(kind, pages.port) as proxy,
        proxy.visitor("127.0.0.1") as visitor,
    ):
        visitor.socket.sendall(f"GET /events HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        received = b""
        while b"data: begun\n\n" not in received:  # the visitor waits no longer than half a minute
            received += visitor.socket.recv(65536)
