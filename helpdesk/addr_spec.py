"""What may stand in ``RCPT TO``: one address, strictly (RFC 5321 4.1.2, RFC 6531 for letters);
and, more widely, who may write to us.

Anything looser is dangerous: ``smtplib`` sends ``a@a <v@v>`` to a@a.
"""

from __future__ import annotations

import re
import unicodedata

from helpdesk.errors import InvalidInput
from helpdesk.vocabulary import mark

# RFC 5322 atext, and any letter beyond ASCII (RFC 6531 3.3).
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u00a1-\ud7ff\uf900-\ufffd\U00010000-\U0010ffff]"
_DOT_ATOM = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_QUOTED = re.compile(r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"')
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")

# Phones and relays send from what no standard allows: dots in a row, a dot at an end, an underscore
# in the domain; devices from an address literal (RFC 5321 4.1.3). Nothing that could be taken for
# two addresses, or for a comment.
_HEARD_LOCAL = re.compile(r"[^\s\x00-\x20\x7f-\x9f()<>\[\]:;@\\,\"]+")
_HEARD_DOMAIN = re.compile(r"\w(?:[\w.-]*\w)?\.?|\[[A-Za-z0-9:.]+\]")

# Letters that are their own since 2010 (RFC 5894 7.2), and that Python's codec still writes as
# others: mail for straße.example would go to strasse.example, which is somebody else's.
_OF_THEIR_OWN = frozenset("ß\u1e9eς\u200c\u200d")
_FULL_STOPS = re.compile("[.\u3002\uff0e\uff61]")
MOST_LABEL = 63

MOST_LOCAL = 64
MOST_DOMAIN = 255
MOST_HEARD_LOCAL = 256


def strict_address(address: str, *, field: str = "recipient") -> str:
    """The address itself, where it is a strict addr-spec.

    :param field: the name of the form's field, for the error.
    :raises InvalidInput: where it is none, with a line that says so.
    """
    if not is_address(address):
        raise InvalidInput(field, mark("This is not a mail address, such as ann@shop.example."))
    return address


def is_address(address: str) -> bool:
    """Whether this is a strict addr-spec: one that we would send mail to."""
    local, at, domain = address.rpartition("@")
    return bool(at) and _local_holds(local) and _domain_holds(domain)


def is_on_this_machine(address: str) -> bool:
    """Whether the domain names this very machine (RFC 6761 6.3): no relay brings mail there."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return domain in ("localhost", "localhost.localdomain") or domain.endswith(".localhost")


def can_be_answered(address: str) -> bool:
    """Whether a mail of ours can go there: to a strict addr-spec, and not to this very machine,
    where the first admin's address is."""
    return is_address(address) and not is_on_this_machine(address)


def may_be_heard(address: str) -> bool:
    """Whether mail from this address is filed like any other; it may be one that we could not
    answer (see :func:`is_address`)."""
    local, at, domain = address.rpartition("@")
    if not at or len(local) > MOST_HEARD_LOCAL or len(domain) > MOST_DOMAIN or "=?" in local:
        return False
    if not (_HEARD_LOCAL.fullmatch(local) or _QUOTED.fullmatch(local)):
        return False
    return bool(_HEARD_DOMAIN.fullmatch(domain)) and ".." not in domain


def heard_address(address: str, *, field: str = "email") -> str:
    """The address itself, where :func:`may_be_heard`.

    :raises InvalidInput: where it is no address.
    """
    if not may_be_heard(address):
        raise InvalidInput(field, mark("This is not a mail address, such as ann@shop.example."))
    return address


def wire_domain(domain: str) -> str:
    """The domain as it goes over the wire: ASCII, lower case (IDNA, RFC 5891).

    :raises UnicodeError: where it has no such form.
    """
    if _OF_THEIR_OWN.isdisjoint(domain):
        return domain.encode("idna").decode("ascii").lower()
    labels = _FULL_STOPS.split(domain)
    if not all(labels):
        raise UnicodeError("a label is empty")
    return ".".join(map(_wire_label, labels))


def spellings(address: str) -> tuple[str, ...]:
    """An address (or a domain) as it may be written: as it is, and with the other spelling of its
    domain, in A-labels or in letters (RFC 5890 2.3.2.1). Where there is no other, it alone."""
    before, at, domain = address.rpartition("@")
    try:
        if not domain.isascii():
            other = wire_domain(domain)
        elif "xn--" in domain:
            other = ".".join(map(_read_label, domain.split(".")))
            if wire_domain(other) != domain:
                return (address,)
        else:
            return (address,)
    except UnicodeError:
        return (address,)
    return (address, f"{before}{at}{other}")


def _read_label(label: str) -> str:
    return label[4:].encode().decode("punycode") if label.startswith("xn--") else label


def _wire_label(label: str) -> str:
    if _OF_THEIR_OWN.isdisjoint(label):
        return label.encode("idna").decode("ascii").lower()
    written = "xn--" + unicodedata.normalize("NFC", label.lower()).encode("punycode").decode()
    if len(written) > MOST_LABEL:
        raise UnicodeError("a label is too long")
    return written


def _local_holds(local: str) -> bool:
    if not 0 < len(local.encode("utf-8", "replace")) <= MOST_LOCAL or "=?" in local:
        return False
    return bool(_DOT_ATOM.fullmatch(local) or _QUOTED.fullmatch(local))


def _domain_holds(domain: str) -> bool:
    if len(domain) > MOST_DOMAIN:
        return False
    try:
        wire = wire_domain(domain)
    except UnicodeError:
        return False
    return len(wire) <= MOST_DOMAIN and all(_LABEL.fullmatch(label) for label in wire.split("."))
