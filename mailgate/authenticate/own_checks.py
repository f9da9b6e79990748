"""Facing the internet: SPF, DKIM and DMARC, checked by us (RFC 7208, 6376, 7489).

Whoever might be wronged is not: without an answer from DNS the verdict is *unknown*, and behind a
server of our own, where SPF cannot be checked, a mail does not fail for the lack of it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass

from helpdesk.settings import Network
from helpdesk.vocabulary import Verdict
from mailgate.authenticate import arc, dmarc, signatures
from mailgate.authenticate.domains import aligned
from mailgate.authenticate.message import Message
from mailgate.authenticate.resolver import LookupFailed, Lookups
from mailgate.authenticate.sender_policy import check_sender, spf_domain
from mailgate.authenticate.verdict import NOT_CHECKED, Authentication
from mailgate.spool.spool import Envelope

_NEAR = tuple(
    ipaddress.ip_network(text)
    for text in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
        "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A mail whose sender is to be checked."""

    message: Message
    envelope: Envelope
    domain: str
    """The From domain, in its ASCII form."""
    sole_author: bool
    public: bool
    """Whether the client's address says something about the sender."""


@dataclass
class _Findings:
    spf: str = NOT_CHECKED
    dkim: str = NOT_CHECKED
    arc: str = NOT_CHECKED
    proven: bool = False
    open_question: bool = False
    """Whether an answer is missing that might have proven the sender."""


def is_listed(peer: str, networks: Collection[Network]) -> bool:
    """Whether a client came through a pipe or a unix socket, or from one of these networks."""
    if not peer:
        return True
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)


def is_public(peer: str, exempt: Collection[Network]) -> bool:
    """Whether SPF can be asked about this client: not one of ours, nor one close by."""
    return not is_listed(peer, exempt) and not is_listed(peer, _NEAR)


def evaluate(case: Case, lookups: Lookups, sealers: Collection[str] = ()) -> Authentication:
    """Our own verdict.

    :param sealers: domains whose ARC seals are believed.
    """
    reasons: list[str] = []
    try:
        record = dmarc.find_record(case.domain, lookups)
    except LookupFailed as problem:
        reason = f"Whether {case.domain} publishes DMARC could not be looked up: {problem}."
        return Authentication(Verdict.UNKNOWN, (reason,), domain=case.domain, dmarc="temperror")
    found = _Findings()
    _check_dkim(case, lookups, record, found, reasons)
    if not found.proven:
        _check_spf(case, lookups, record, found, reasons)
    if not found.proven:
        found.arc, vouched = arc.check_arc(case.message, case.domain, sealers, lookups)
        if vouched:
            reasons.append("A trusted forwarder found that it passed DMARC (ARC).")
            return _concluded(case, record, found, reasons, vouched=True)
    return _concluded(case, record, found, reasons)


def _check_dkim(
    case: Case,
    lookups: Lookups,
    record: dmarc.Record | None,
    found: _Findings,
    reasons: list[str],
) -> None:
    message = case.message
    if not message.all(b"dkim-signature"):
        found.dkim = "none"
        reasons.append("It carries no signature (DKIM).")
        return
    if not message.regular:
        found.dkim = "permerror"
        reasons.append("Its header is broken, so no signature can be checked (DKIM).")
        return
    strict = record is not None and record.strict_dkim
    checked = signatures.check_signatures(message, case.domain, lookups, strict=strict)
    if not checked:
        found.dkim = "none"
        reasons.append(f"It carries no signature of {case.domain}, only of others (DKIM).")
        return
    last = checked[-1]
    found.proven = last.result == "pass"
    found.open_question |= any(one.result == "temperror" for one in checked)
    shown = [last] if found.proven else checked
    found.dkim = shown[0].result
    reasons += dict.fromkeys(one.why for one in shown)


def _check_spf(
    case: Case,
    lookups: Lookups,
    record: dmarc.Record | None,
    found: _Findings,
    reasons: list[str],
) -> None:
    if not case.public:
        reasons.append("It came through a server of our own, so SPF cannot be checked.")
        return
    domain = spf_domain(case.envelope)
    strict = record is not None and record.strict_spf
    if not aligned(domain, case.domain, strict=strict):
        found.spf = "none"
        reasons.append(f"Its envelope is not from {case.domain}, so SPF says nothing about it.")
        return
    found.spf = check_sender(case.envelope, lookups)
    found.proven = found.spf == "pass"
    found.open_question |= found.spf == "temperror"
    reasons.append(
        f"The sending server may send for {domain} (SPF)."
        if found.proven
        else f"Whether the sending server may send for {domain} could not be looked up (SPF)."
        if found.spf == "temperror"
        else f"Nothing says that the sending server may send for {domain} (SPF: {found.spf})."
    )


def _concluded(
    case: Case,
    record: dmarc.Record | None,
    found: _Findings,
    reasons: list[str],
    *,
    vouched: bool = False,
) -> Authentication:
    word = "none" if record is None else "pass" if found.proven else NOT_CHECKED
    if record is not None and not found.proven:
        asks = f"{case.domain} publishes DMARC with p={record.policy}"
        if found.open_question:
            word = "temperror"
        elif case.public:
            word = "fail"
            reasons.append(f"{asks}, and the mail fails it.")
        else:
            reasons.append(f"{asks}, but without SPF that cannot be decided.")
    proven = found.proven or vouched
    if proven and not case.sole_author:
        reasons.append("It does not have exactly one author, so nobody is proven.")
    return Authentication(
        Verdict.PASS
        if proven and case.sole_author
        else Verdict.NONE
        if proven
        else Verdict.UNKNOWN
        if found.open_question
        else Verdict.FAIL
        if word == "fail"
        else Verdict.NONE,
        tuple(reasons),
        domain=case.domain,
        policy=record.policy if record else None,
        spf=found.spf,
        dkim=found.dkim,
        dmarc=word,
        arc=found.arc,
    )
