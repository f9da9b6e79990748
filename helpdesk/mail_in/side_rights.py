"""Who may write in a side conversation, and by which proof: a pure function over plain values.

Whatever it gives, only staff see what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.vocabulary import Verdict


class SideStanding(StrEnum):
    """As whom somebody writes in a side conversation; spelled as in ``routing.RoutingOutcome``."""

    OWN = "side"
    """Staff wrote to them in it."""
    STRANGER = "side_stranger"
    """Nobody did: it is shown with the words why it stands there, and reopens nothing."""


@dataclass(frozen=True)
class NamedSide:
    """A side conversation that a mail names."""

    id: int
    people: frozenset[int]
    """To whom staff wrote in it."""


@dataclass(frozen=True)
class SideClaim:
    """What a mail has to show for a side conversation."""

    verdict: Verdict
    is_of_it: bool
    """Whether staff wrote to its sender there."""
    by_token: bool
    """It came to a reply address, or names a Message-ID that was made for its sender; else it
    names one that was seen there."""
    is_holder: bool = False
    """Whether that reply address was made for its sender."""
    was_recipient: bool = False
    """Whether its sender stood in To or Cc of the mail that it names."""


def side_standing(claim: SideClaim) -> tuple[SideStanding | None, str]:
    """As whom the sender writes there, and why; None where they do not."""
    failed = claim.verdict == Verdict.FAIL
    if claim.by_token:
        if not claim.is_of_it:
            return SideStanding.STRANGER, (
                "The sender holds a reply address of this side conversation, but nobody wrote to "
                "them in it."
            )
        if failed and not claim.is_holder:
            return SideStanding.STRANGER, (
                "The reply address was made for someone else, and the sender's address failed its "
                "authentication (DMARC)."
            )
        return SideStanding.OWN, "The mail came to a reply address of this side conversation."
    if failed:
        return None, "Refused: the sender's address failed its authentication (DMARC)."
    if claim.is_of_it:
        return SideStanding.OWN, (
            "The mail answers one of this side conversation, and staff wrote to its sender there."
        )
    if claim.was_recipient:
        return SideStanding.STRANGER, (
            "The sender was in copy of a mail of this side conversation, but nobody wrote to them "
            "in it."
        )
    return None, (
        "Refused: the mail names a mail of a side conversation, but its sender is not in it."
    )
