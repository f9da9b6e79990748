"""Somebody who visits by https from an address of their own, with cookies and forms."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Self
from urllib.parse import urlencode


@dataclass(frozen=True)
class Visited:
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    text: str


class HttpsVisitor:
    """One browser.

    :param name: the host it asks for, at this port of this machine.
    :param address: where it comes from: one of loopback.
    """

    def __init__(self, port: int, name: str, certificate: Path, address: str) -> None:
        self._name = name
        self._cookies: dict[str, str] = {}
        plain = socket.create_connection(
            ("127.0.0.1", port), timeout=30, source_address=(address, 0)
        )
        try:
            context = ssl.create_default_context(cafile=str(certificate))
            self.socket = context.wrap_socket(plain, server_hostname=name)
        except OSError:
            plain.close()
            raise
        self._connection = http.client.HTTPConnection(name)
        self._connection.sock = self.socket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str, **headers: str) -> Visited:
        return self._ask("GET", path, None, headers)

    def post(
        self, path: str, fields: dict[str, str], *, page: str, file: bytes = b"", **headers: str
    ) -> Visited:
        """Send a form that stands on ``page``, with a file of these bytes where there are any."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        fields = {"csrf_token": found[1], **fields}
        if file:
            body, kind = _multipart(fields, file)
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        return self._ask("POST", path, body, {"Content-Type": kind, **headers})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Visited:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body, {"Cookie": cookies, **own})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Visited(answer.status, answer.headers, text)


def _multipart(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    boundary = "a-boundary-that-no-file-holds"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="files"; filename="large.bin"'
    parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + file + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), (
        f"multipart/form-data; boundary={boundary}"
    )
