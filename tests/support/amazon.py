"""Amazon's notification service as far as it is asked: its certificate, and who is subscribed.

Its TLS and its signatures are real, by keys made for the test; only whose authority holds, and
where the name leads to, is said by the test.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.certificate import make_certificate
from web.posts.amazon import Amazon

HOST = "sns.eu-west-1.amazonaws.com"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
CERTIFICATE = f"https://{HOST}/SimpleNotificationService-0123abc.pem"
CONFIRM = f"https://{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip


@dataclass
class FakeAmazon:
    """A server with that name's certificate, and the key that signs."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""
    status: int = 200

    def __enter__(self) -> FakeAmazon:
        certificate, key = make_certificate(self.folder, HOST)
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trust.load_cert_chain(certificate, key)
        self.client_trust = ssl.create_default_context(cafile=str(certificate))
        self._key, self._signing = _signing_pair(self.folder)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.socket = trust.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def certificate(self) -> bytes:
        return self._signing.read_bytes()

    def seen_by(self, **changed: Any) -> Amazon:
        """The outside as Postdesk asks it, where Amazon's name leads to this server."""
        return Amazon(**{"connect": self._connect, "trust": self.client_trust, **changed})

    def _connect(self, where: tuple[str, int], timeout: float) -> socket.socket:
        assert where == (HOST, 443)
        return socket.create_connection(self._server.server_address[:2], timeout)

    def post(self, message: object, now: datetime, **changed: str) -> dict[str, str]:
        """What SNS posts, signed."""
        body = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.000Z",
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
            **changed,
        }
        if body["Type"] != "Notification":
            body = {"Token": "abc", "SubscribeURL": CONFIRM, **body}
        named = (name for name in _SIGNED[body["Type"]] if name in body)
        text = "".join(f"{name}\n{body[name]}\n" for name in named)
        return {"Signature": self._sign(text, body["SignatureVersion"]), **body}

    def _sign(self, text: str, version: str) -> str:
        digest = "-sha1" if version == "1" else "-sha256"
        command = ["openssl", "dgst", digest, "-sign", str(self._key)]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        return base64.b64encode(done.stdout).decode()


def _handler(amazon: FakeAmazon) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            amazon.asked.append(self.path)
            self.send_response(amazon.status)
            self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()
            self.wfile.write(amazon.certificate)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _signing_pair(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "sns-key.pem", folder / "sns.pem"
    kind = ("-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}")
    files = ("-keyout", str(key), "-out", str(certificate))
    command = ["openssl", "req", "-x509", *kind, *files]
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate
