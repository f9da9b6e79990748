"""What is asked of Amazon: the certificate that SNS signs with, and a subscription's confirmation.

Only names of Amazon's own notification service are asked, by https, with its certificate checked
against the system's authorities, and for a few seconds in all: nobody else can have us call a
server, and a silent one holds up one request at a time.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"sns\.([a-z0-9-]{3,32})\.amazonaws\.com(?:\.cn)?")
_PLAIN = re.compile(r"[\x21-\x7e]{1,4000}")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem")
_STEP = 3.0
_IN_ALL = 6.0
"""Seconds for one answer."""
_REST = 10.0
"""Seconds in which nothing is asked after an answer failed to come."""
_LARGEST = 64 * 1024
_MOST_KEPT = 16

Connect = Callable[[tuple[str, int], float], socket.socket]


class NotAmazon(Exception):
    """The address is none of Amazon's notification service."""


class AmazonAway(Exception):
    """No answer came, or not the one that is needed: another time."""


def region_of(url: str) -> str:
    """The region whose notification service this address names.

    :raises NotAmazon:
    """
    return _checked(url)[1]


class Amazon:
    """The outside, as far as it is asked. Safe for threads."""

    def __init__(
        self,
        *,
        connect: Connect = socket.create_connection,
        trust: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        :param connect: opens a connection to a host and port (tests: to their own server).
        :param trust: whose certificates hold; the system's, if not given.
        """
        self._connect, self._trust, self._clock = connect, trust, clock
        self._certificates: dict[str, bytes] = {}
        self._rests_until = 0.0
        self._lock = threading.Lock()

    def certificate(self, url: str) -> bytes:
        """The certificate at this address, in PEM; kept once it was fetched.

        :raises NotAmazon, AmazonAway:
        """
        parts, _ = _checked(url)
        if not _CERTIFICATE.fullmatch(parts.path) or parts.query:
            raise NotAmazon
        kept = self._certificates.get(url)
        if kept is None:
            kept = self._get(parts)
            if len(self._certificates) >= _MOST_KEPT:
                self._certificates.clear()
            self._certificates[url] = kept
        return kept

    def confirm(self, url: str) -> None:
        """Visit the address by which a subscription is confirmed.

        :raises NotAmazon, AmazonAway:
        """
        parts, _ = _checked(url)
        if parts.path != "/" or "Action=ConfirmSubscription" not in parts.query.split("&"):
            raise NotAmazon
        self._get(parts)

    def _get(self, parts: SplitResult) -> bytes:
        if not self._lock.acquire(timeout=_STEP):
            raise AmazonAway
        try:
            if self._clock() < self._rests_until:
                raise AmazonAway
            return self._answer(parts.hostname or "", parts._replace(scheme="", netloc="").geturl())
        except (OSError, http.client.HTTPException):
            self._rests_until = self._clock() + _REST
            raise AmazonAway from None
        finally:
            self._lock.release()

    def _answer(self, host: str, target: str) -> bytes:
        until = self._clock() + _IN_ALL
        trust = self._trust or ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, 443, timeout=_STEP, context=trust)
        with self._connect((host, 443), _STEP) as plain:
            plain.settimeout(_STEP)
            connection.sock = trust.wrap_socket(plain, server_hostname=host)
            try:
                connection.request("GET", target, headers={"User-Agent": "Postdesk"})
                response = connection.getresponse()
                content = b""
                while piece := response.read(4096):
                    content += piece
                    if len(content) > _LARGEST or self._clock() > until:
                        raise OSError("too much, or too slow")
            finally:
                connection.close()
        if response.status != 200:  # a redirect, too: nothing is followed
            raise OSError(f"status {response.status}")
        return content


def _checked(url: str) -> tuple[SplitResult, str]:
    if not _PLAIN.fullmatch(url) or "\\" in url:
        raise NotAmazon
    try:
        parts = urlsplit(url)
    except ValueError:
        raise NotAmazon from None
    host = _HOST.fullmatch(parts.netloc)
    # Compared with all that stands between the slashes: no user, no port, no other spelling.
    if parts.scheme != "https" or host is None or parts.fragment:
        raise NotAmazon
    return parts, host[1]
