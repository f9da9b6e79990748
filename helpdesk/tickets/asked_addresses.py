"""Where the mails of a ticket ask for answers, beside their senders: what staff decide about.

Kept with the ticket (``Ticket.asked_addresses``), without a person of its own: until staff take
such an address, nobody there can read anything or is mailed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from helpdesk.models import Ticket

MOST_KEPT = 10


class AskedState(StrEnum):
    """What staff decided about an address."""

    OPEN = "open"
    """Nothing yet: the next answer asks."""
    SHOWN = "shown"
    """Nothing, and nobody is asked: an unproven mail of a ticket that goes on names it."""
    TAKEN = "taken"
    DECLINED = "declined"


@dataclass(frozen=True)
class AskedAddress:
    """An address that a mail asks to answer in its sender's place."""

    address: str
    name: str
    sender: str
    """The address that the mail came from."""
    comment_id: int
    state: AskedState = AskedState.OPEN
    is_forwarded: bool = False
    """Its mail was forwarded, and so stands in the text: no Reply-To names it."""

    @property
    def may_be_taken(self) -> bool:
        return self.state != AskedState.TAKEN


def asked_addresses(ticket: Ticket) -> tuple[AskedAddress, ...]:
    """All of a ticket, in the order in which they came."""
    return read_asked(ticket.asked_addresses)


def read_asked(kept: list[dict[str, object]]) -> tuple[AskedAddress, ...]:
    """The same from what the ticket keeps."""
    return tuple(
        replace(found, state=AskedState(found.state))
        for found in (AskedAddress(**one) for one in kept)  # type: ignore[arg-type]
    )


def open_question(asked: tuple[AskedAddress, ...]) -> AskedAddress | None:
    """The address that the next answer must decide about; None where there is none."""
    found = (one for one in reversed(asked) if one.state == AskedState.OPEN)
    return next((one for one in found if not one.is_forwarded), None)


def was_taken(ticket: Ticket, sender: str, address: str) -> bool:
    """Whether staff answer this sender at this address here."""
    return any(
        (one.sender, one.address, one.state) == (sender, address, AskedState.TAKEN)
        for one in asked_addresses(ticket)
    )


def note_asked(ticket: Ticket, asked: AskedAddress) -> None:
    """Keep an address, unless it stands there already: nobody is asked twice."""
    kept = asked_addresses(ticket)
    if len(kept) >= MOST_KEPT or asked.address in (one.address for one in kept):
        return
    _keep(ticket, (*kept, asked))


def decide_asked(ticket: Ticket, address: str, state: AskedState) -> None:
    """Keep what staff decided about an address. Others that are open are declined by it."""
    _keep(
        ticket,
        tuple(
            replace(one, state=state)
            if one.address == address
            else replace(one, state=AskedState.DECLINED)
            if one.state == AskedState.OPEN and not one.is_forwarded
            else one
            for one in asked_addresses(ticket)
        ),
    )


def reopen_taken(ticket: Ticket, addresses: Collection[str]) -> None:
    """Ask again about addresses where answers went until now: that was undone."""
    _keep(
        ticket,
        tuple(
            replace(one, state=AskedState.OPEN)
            if one.state == AskedState.TAKEN and one.address in addresses
            else one
            for one in asked_addresses(ticket)
        ),
    )


def carry_asked(old: Ticket, new: Ticket, comment_ids: Collection[int]) -> None:
    """Have what these comments ask for go along with them to another ticket.

    One that others are on already is shown it, and asks nobody.
    """
    all_of_old = asked_addresses(old)
    moving = [one for one in all_of_old if one.comment_id in comment_ids]
    if moving:
        _keep(old, tuple(one for one in all_of_old if one not in moving))
        for one in moving:
            is_asked = one.state == AskedState.OPEN and new.comment_count
            note_asked(new, replace(one, state=AskedState.SHOWN) if is_asked else one)


def _keep(ticket: Ticket, asked: tuple[AskedAddress, ...]) -> None:
    ticket.asked_addresses = [asdict(one) for one in asked]
