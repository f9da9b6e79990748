"""Behind a front server: believe what it wrote into Authentication-Results, and nobody else.

Of all such fields only the topmost with the front server's authserv-id counts (RFC 8601 5), and
only in mail that came from the front server itself. A field that cannot be read proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from helpdesk.vocabulary import Verdict
from mailgate.authenticate import results_field
from mailgate.authenticate.domains import aligned, ascii_domain, domain_of
from mailgate.authenticate.message import Message
from mailgate.authenticate.results_field import BadResultsError, Result, Results
from mailgate.authenticate.verdict import NOT_CHECKED, Authentication, Policy

_POLICY = re.compile(r"\b(?:p|policy)\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)


def evaluate(message: Message, domain: str, *, sole_author: bool, trusted: str) -> Authentication:
    """The front server's verdict.

    :param domain: the From domain, in its ASCII form.
    :param sole_author: whether the mail has exactly one author beyond doubt.
    :param trusted: the front server's authserv-id.
    """
    if not trusted:
        return _none(domain, "POSTDESK_TRUSTED_AUTHSERV is not set: no server's word is believed.")
    try:
        found = _topmost(message.all(b"authentication-results"), trusted.lower())
    except (BadResultsError, UnicodeDecodeError):
        return _none(domain, f"What {trusted} wrote about the sender cannot be read.")
    if found is None:
        return _none(domain, f"{trusted} wrote nothing about the sender.")
    verdict = _weigh(found, domain, trusted)
    if verdict.verdict == Verdict.PASS and not sole_author:
        verdict = _none(domain, "It does not have exactly one author, so nobody is proven.")
    return replace(
        verdict,
        domain=domain,
        spf=_word(found, "spf"),
        dkim=_word(found, "dkim"),
        dmarc=_word(found, "dmarc"),
        arc=_word(found, "arc"),
    )


def _topmost(values: Sequence[bytes], trusted: str) -> Results | None:
    for value in values:
        if results_field.authserv_id(value.decode("utf-8", "replace")) == trusted:
            return results_field.parse(value.decode("utf-8"))
    return None


def _weigh(found: Results, domain: str, trusted: str) -> Authentication:
    dmarc = found.of("dmarc")
    if len(dmarc) > 1:
        return _none(domain, f"{trusted} names two results of DMARC.")
    if dmarc:
        about = dmarc[0].properties.get("header.from")
        if about is not None and ascii_domain(about.rpartition("@")[2]) != domain:
            return _none(domain, f"What {trusted} found concerns another From address.")
        if dmarc[0].result == "pass":
            return Authentication(Verdict.PASS, (f"{trusted} found that it passes DMARC.",))
        if dmarc[0].result == "fail":
            reason = f"{trusted} found that it fails DMARC."
            return Authentication(Verdict.FAIL, (reason,), policy=_policy(dmarc[0]))
        if dmarc[0].result == "temperror":
            return Authentication(
                Verdict.UNKNOWN, (f"{trusted} could not check DMARC at the time.",)
            )
        if dmarc[0].result == "permerror":
            return _none(domain, f"{trusted} found an error in the domain's DMARC.")
    return _without_dmarc(found, domain, trusted)


def _without_dmarc(found: Results, domain: str, trusted: str) -> Authentication:
    for result in found.of("dkim"):
        signer = result.properties.get("header.d") or result.properties.get("header.i", "")
        if result.result == "pass" and aligned(domain_of(signer), domain):
            return Authentication(
                Verdict.PASS, (f"{trusted} found a signature of {domain} (DKIM).",)
            )
    for result in found.of("spf"):
        sender = result.properties.get("smtp.mailfrom", "")
        if result.result == "pass" and aligned(domain_of(sender), domain):
            reason = f"{trusted} found that its server may send for {domain} (SPF)."
            return Authentication(Verdict.PASS, (reason,))
    return _none(domain, f"{trusted} found nothing that proves the sender.")


def _policy(dmarc: Result) -> Policy | None:
    """What the domain's owner asks for, which servers write into a comment."""
    for text in (*dmarc.comments, *(f"p={dmarc.properties.get('policy.p', '')}",)):
        match = _POLICY.search(text)
        if match:
            word = match[1].lower()
            return "reject" if word == "reject" else "none" if word == "none" else "quarantine"
    return None


def _word(found: Results, method: str) -> str:
    words = [result.result[:20] for result in found.of(method)]
    return "pass" if "pass" in words else words[0] if words else NOT_CHECKED


def _none(domain: str, reason: str) -> Authentication:
    return Authentication(Verdict.NONE, (reason,), domain=domain)
