"""A name server of a test's own, on an address of loopback: it knows a few records, no others."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterable

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.support.servers import ServerMissing

_RECORD = re.compile(r"(\S+\.)\s+([A-Z]+)\s+(\S.*)")
_LONGEST_STRING = 255


class NameServer:
    """Answers by UDP on port 53, where every resolver looks, until closed.

    :raises ServerMissing: the port may not be had.
    """

    def __init__(self, address: str = "127.9.9.53") -> None:
        self.address = address
        self.asked: list[str] = []
        self._records: dict[tuple[str, str], list[str]] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((address, 53))
        except OSError as problem:
            self._socket.close()
            raise ServerMissing(f"port 53 of {address} cannot be had: {problem.strerror}") from None
        self._socket.settimeout(0.2)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def publish(self, lines: Iterable[str]) -> None:
        """Know the records of these lines, such as ``shop.example. MX 10 mx.shop.example.``"""
        for line in lines:
            if found := _RECORD.fullmatch(line.strip()):
                name, kind, value = found.groups()
                self._records.setdefault((name.lower(), kind), []).append(_in_strings(kind, value))

    def text(self, name: bytes) -> bytes:
        """The TXT record of a name, in one piece; empty where there is none."""
        [found] = self._records.get((name.decode().lower().rstrip(".") + ".", "TXT"), [""])
        return "".join(re.findall(r'"([^"]*)"', found)).encode()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                question, client = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            self._socket.sendto(self._answer(dns.message.from_wire(question)), client)

    def _answer(self, asked: dns.message.Message) -> bytes:
        [question] = asked.question
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(name)
        answer = dns.message.make_response(asked, recursion_available=True)
        if values := self._records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, values))
        elif not any(known == name for known, _ in self._records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


def _in_strings(kind: str, value: str) -> str:
    """A record's value, as a zone file has it: no string is longer than 255 characters."""
    if kind != "TXT" or len(value) <= _LONGEST_STRING:
        return value
    text = value.strip('"')
    pieces = range(0, len(text), _LONGEST_STRING)
    return " ".join(f'"{text[start : start + _LONGEST_STRING]}"' for start in pieces)
