"""DMARC records (RFC 7489): what the owner of a From domain asks for."""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.authenticate.domains import organisation
from mailgate.authenticate.resolver import Lookups
from mailgate.authenticate.verdict import Policy

_POLICIES: dict[str, Policy] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}


@dataclass(frozen=True)
class Record:
    """The policy that holds for this From domain, and how strictly domains are to be aligned."""

    policy: Policy
    strict_dkim: bool
    strict_spf: bool


def find_record(domain: str, lookups: Lookups) -> Record | None:
    """The record for a From domain (RFC 7489 6.6.3): its own, or its organisation's; None for none.

    ``pct`` is not heeded: a mail held is a mail looked at, and never lost.

    :raises LookupFailed: there is no answer.
    """
    own = _tags_at(domain, lookups)
    if own is not None:
        return _record(own, "p")
    parent = organisation(domain)
    above = _tags_at(parent, lookups) if parent != domain else None
    return _record(above, "sp" if "sp" in above else "p") if above is not None else None


def _tags_at(domain: str, lookups: Lookups) -> dict[str, str] | None:
    found = [tags for text in lookups.find(f"_dmarc.{domain}", "TXT") if (tags := _tags(text))]
    return found[0] if len(found) == 1 else None  # two records are as good as none


def _tags(text: str) -> dict[str, str]:
    """The tags of a record; empty for a text that is no DMARC record."""
    pairs = [part.partition("=") for part in text.split(";")]
    tags = {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
    first = pairs[0][0].strip().lower() == "v" and tags.get("v") == "DMARC1"
    return tags if first else {}


def _record(tags: dict[str, str], name: str) -> Record | None:
    policy = _POLICIES.get(tags.get(name, "").lower())
    if policy is None:
        if not tags.get("rua"):
            return None
        policy = "none"  # a damaged policy beside an address for reports
    return Record(
        policy,
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
    )
