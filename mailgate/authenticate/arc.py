"""ARC (RFC 8617): what a forwarder that we trust found before it changed the mail.

Counts only where every server that sealed the mail is listed by the operator: one that is not could
have rewritten the mail and sealed it anew.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from functools import partial

from mailgate.authenticate import results_field
from mailgate.authenticate.body_hash import relax
from mailgate.authenticate.domains import ascii_domain
from mailgate.authenticate.message import Message
from mailgate.authenticate.resolver import LookupFailed, Lookups
from mailgate.authenticate.signatures import LONGEST_SIGNATURE, has_long_blank, key_record
from mailgate.authenticate.verdict import NOT_CHECKED

MOST_SETS = 10
LARGEST_BODY = 1024 * 1024
"""Bytes: dkimpy keeps several copies of it."""
_FIELDS = (b"arc-seal", b"arc-message-signature", b"arc-authentication-results")
_SEALER = re.compile(rb"(?:^|;)\s*d\s*=\s*([^;\s]{1,255})")
_RELAXED_BODY = re.compile(rb"(?:^|;)\s*c\s*=\s*(?:simple|relaxed)/relaxed\s*(?:;|$)")
_SILENT = logging.Logger("arc", logging.CRITICAL + 1)  # dkimpy logs whom it was about
_LENGTH = re.compile(rb"(?:^|;)\s*l\s*=")


def check_arc(
    message: Message, domain: str, sealers: Collection[str], lookups: Lookups
) -> tuple[str, bool]:
    """The chain's result, and whether a listed forwarder found that the mail passed DMARC.

    :param sealers: domains whose seals are trusted, in lower case.
    """
    seals = message.all(b"arc-seal")
    if not sealers or not seals:
        return ("none" if not seals else NOT_CHECKED), False
    tags = [_SEALER.search(seal[:LONGEST_SIGNATURE]) for seal in seals]
    signers = {ascii_domain(tag[1].decode("ascii", "replace")) if tag else "" for tag in tags}
    if not signers <= set(sealers) or not _may_be_checked(message):
        return NOT_CHECKED, False
    try:
        return _check_chain(message, domain, lookups)
    except LookupFailed:
        return "temperror", False
    except Exception:  # dkimpy, on what strangers write
        return "fail", False


def _may_be_checked(message: Message) -> bool:
    """Whether the chain and the text are such that dkimpy is quick with them."""
    fields = [value for name in _FIELDS for value in message.all(name)]
    signatures = message.all(b"arc-message-signature")
    return (
        message.regular
        and len(message.body) <= LARGEST_BODY
        and len(fields) <= 3 * MOST_SETS
        and all(len(value) <= LONGEST_SIGNATURE and not has_long_blank(value) for value in fields)
        and all(_RELAXED_BODY.search(value) and not _LENGTH.search(value) for value in signatures)
    )


def _check_chain(message: Message, domain: str, lookups: Lookups) -> tuple[str, bool]:
    import dkim

    chain = dkim.ARC(logger=_SILENT)
    chain.headers = [list(field) for field in message.fields]
    chain.body = relax(message.body)  # once by us: dkimpy's own way takes long over blanks
    status, sets, _ = chain.verify(partial(key_record, lookups))
    if status != dkim.CV_Pass:
        return "fail", False
    first = next(one for one in sets if one["instance"] == 1)
    text = re.sub(r"^\s*i\s*=\s*\d+\s*;", "", first["aar-value"].decode("utf-8"))
    found = results_field.parse(text.strip()).of("dmarc")
    vouched = len(found) == 1 and found[0].result == "pass"
    about = found[0].properties.get("header.from", "") if vouched else ""
    return "pass", vouched and ascii_domain(about.rpartition("@")[2]) == domain
