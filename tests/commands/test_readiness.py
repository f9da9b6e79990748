"""Waiting until pages and mail are served."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import BaseRequestHandler, TCPServer

from commands.readiness import wait_until_ready
from tests.conftest import MakeSettings
from tests.support.running import free_port


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


class _Greets(BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"220 shop.example\r\n")


def test_it_is_ready_once_both_answer(make_settings: MakeSettings) -> None:
    with (
        HTTPServer(("127.0.0.1", 0), _Healthy) as web,
        TCPServer(("127.0.0.1", 0), _Greets) as mail,
    ):
        for server in (web, mail):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings = make_settings(
            WEB_LISTEN=f"0.0.0.0:{web.server_port}",
            SMTP_LISTEN=f"127.0.0.1:{mail.server_address[1]}, lmtp:unix:/nowhere.sock",
        )
        assert wait_until_ready(settings, seconds=5)
        for server in (web, mail):
            server.shutdown()


def test_it_is_not_where_nobody_listens(make_settings: MakeSettings) -> None:
    settings = make_settings(WEB_LISTEN=f"127.0.0.1:{free_port()}")
    assert not wait_until_ready(settings, seconds=0.2)
