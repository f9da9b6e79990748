"""What a waiting mail's turn depends on, from its envelope, its size and a piece of its middle."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable
from functools import lru_cache

from helpdesk.mail_in.incoming import Arrival
from helpdesk.public_providers import is_public
from helpdesk.vocabulary import Verdict
from mailgate.authenticate import Authentication
from mailgate.authenticate.domains import domain_of, organisation
from mailgate.filing.fair_shares import Claim
from mailgate.spool.spool import SpooledMail

SAMPLE = 1024
WITH_SKELETON = 16 * 1024
"""Bytes from which a mail may be slow by what is in it."""
_MOST_PROVEN = 10_000

_KINDS = bytes(
    ord("a") if chr(code).isalnum() or code > 127 else ord(" ") if code <= 32 else code
    for code in range(256)
)

_organisation = lru_cache(4096)(organisation)


class Claims:
    """Makes the claims of mails; remembers which domains prove their mails.

    :param is_own: whether a client is one of our own servers, which bring mail of anybody.
    """

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self._proven: dict[tuple[str, str], None] = {}

    def of(self, mail: SpooledMail) -> Claim:
        """Return the claim of a mail in the spool.

        :raises OSError: it cannot be read.
        """
        envelope = mail.envelope
        # The same words for the same client: a hundred thousand may wait.
        return Claim(
            mail.name,
            sys.intern(self._sender(envelope.mail_from, envelope.peer)),
            "" if self._is_own(envelope.peer) else sys.intern(network_of(envelope.peer)),
            mail.raw_size,
            skeleton_of(mail.sample(SAMPLE)) if mail.raw_size >= WITH_SKELETON else "",
        )

    def note(self, check: Authentication, arrival: Arrival) -> None:
        """Remember a domain that proved a mail (DMARC): there an address stands for itself."""
        domain = domain_of(arrival.envelope_from)
        if check.verdict == Verdict.PASS and check.dmarc == "pass" and domain:
            key = (_organisation(domain), arrival.peer)
            if key[0] == _organisation(check.domain):
                self._proven.pop(key, None)
                self._proven[key] = None
                if len(self._proven) > _MOST_PROVEN:
                    del self._proven[next(iter(self._proven))]

    def _sender(self, mail_from: str, peer: str) -> str:
        """The key of a sender: the domain, since addresses cost nothing, or else the address."""
        domain = _organisation(domain_of(mail_from))
        if is_public(domain) or (domain, peer) in self._proven:
            local = mail_from.rpartition("@")[0].partition("+")[0]
            return f"{local.lower()[:64]}@{domain}"
        return domain


def network_of(peer: str) -> str:
    """Return the key of a client: its address, or of IPv6 the network that it has to itself."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if address.version == 6 and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def skeleton_of(sample: bytes) -> str:
    """Return which signs stand in a piece of a mail, letters and digits apart."""
    return bytes(sorted(set(sample.translate(_KINDS)))).decode("ascii")
