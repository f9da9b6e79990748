"""Where a mail belongs, and why: one pure function over plain values.

The rules are those of “the right to join a ticket”. Signals, strongest first: a reply address
with a token (or a Message-ID of ours that was minted for this very sender), a Message-ID seen on
a ticket, the number in the subject. The first that gives the right to join wins; the rest are
recorded, so that every decision can be explained and made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from helpdesk.actor import Actor, MailboxRights
from helpdesk.mail_in.side_rights import NamedSide, SideClaim, side_standing
from helpdesk.models import Person
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.reopening import is_closed_for_good
from helpdesk.vocabulary import MailboxRight, Role, TrustLevel, Verdict


class SignalKind(StrEnum):
    """What in a mail names a ticket: the strongest first."""

    TOKEN = "token"  # noqa: S105 (not a password)
    """A reply address."""
    MINTED_ID = "minted_id"
    """A Message-ID of ours that was made for one recipient."""
    SIDE_TOKEN = "side_token"  # noqa: S105 (not a password)
    """A reply address of a side conversation."""
    SIDE_MINTED_ID = "side_minted_id"
    """A Message-ID of ours that was made for somebody in a side conversation."""
    MESSAGE_ID = "message_id"
    SIDE_MESSAGE_ID = "side_message_id"
    NUMBER = "number"
    ORDER = "order"
    """The number of a marketplace's order: see :mod:`helpdesk.mail_in.marketplaces`."""


class RoutingOutcome(StrEnum):
    """Where a mail goes."""

    JOIN = "join"
    JOIN_INTERNAL = "join_internal"
    """Onto the ticket, for staff alone to see."""
    SIDE = "side"
    """Into a side conversation of the ticket, of somebody to whom staff wrote in it."""
    SIDE_STRANGER = "side_stranger"
    """The same, of somebody else. Both are for staff alone to see."""
    NEW = "new"
    """Onto a ticket of its own."""


STRENGTH = tuple(SignalKind)


@dataclass(frozen=True)
class NamedTicket:
    """What routing needs to know of a ticket that a mail names."""

    id: int
    number: str
    closed_at: datetime | None
    reopening_days: int
    participants: frozenset[int]
    """The requester and those in copy, but nobody who is still pending."""
    requester_id: int | None = None
    same_mailbox_id: int | None = None
    """Who of them has the sender's mailbox under another address: ``ann+shop@`` beside ``ann@``."""
    mailbox_id: int | None = None


@dataclass(frozen=True)
class Signal:
    """One thing in a mail that names a ticket."""

    kind: SignalKind
    value: str
    ticket: NamedTicket
    holder_id: int | None = None
    """Whom the token, or our Message-ID, was made for."""
    sender_was_recipient: bool = False
    """Whether the sender stood in To or Cc of the mail that the Message-ID names."""
    mailbox_was_recipient: bool = False
    """Whether that, or another address of their mailbox, did."""
    same_buyer: bool = False
    """Whether the order is that of the same marketplace's buyer, as far as the mails say."""
    side: NamedSide | None = None
    """The side conversation of the ticket, where it names one."""


@dataclass(frozen=True)
class Sender:
    """Who a mail says it is from, and how far that is proven."""

    person_id: int | None
    is_staff: bool
    verdict: Verdict
    rights: MailboxRights | None = None
    """Of staff who have only some mailboxes."""

    def may(self, ticket: NamedTicket, right: MailboxRight) -> bool:
        """Whether they may do this with the ticket as one of staff."""
        staff = Actor(self.person_id, Role.AGENT, rights=self.rights)
        return self.is_staff and staff.may(ticket.mailbox_id, right)

    def level(self, has_token: bool) -> TrustLevel:
        """V3 token and proof, V2 proof, V1 token alone, V0 neither; ``fail`` is worse than none."""
        if self.verdict == Verdict.PASS:
            return TrustLevel.AUTHENTICATED_TOKEN if has_token else TrustLevel.AUTHENTICATED
        if has_token:
            return TrustLevel.TOKEN_ONLY
        return TrustLevel.FAILED if self.verdict == Verdict.FAIL else TrustLevel.UNPROVEN


@dataclass(frozen=True)
class WeighedSignal:
    """A signal, and what became of it."""

    kind: SignalKind
    value: str
    ticket_number: str
    won: bool
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values. ``held`` is how stored decisions spell that it won."""
        kept = dict(vars(self))  # what asdict copies deeply is plain already
        kept["held"] = kept.pop("won")
        return kept


@dataclass(frozen=True)
class Decision:
    """Where a mail goes, and the reasons, in plain words."""

    outcome: RoutingOutcome
    rule: str
    why: str
    level: TrustLevel
    ticket_id: int | None = None
    side_id: int | None = None
    """The side conversation of that ticket, where it is said in one."""
    acts_as_staff: bool = False
    written_as: int | None = None
    """Whose mail it counts as, where its proven sender is on the ticket by another address of the
    same mailbox."""
    unverified: bool = True
    mentions: tuple[int, ...] = ()
    continues: int | None = None
    weighed: tuple[WeighedSignal, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values, to keep with the mail."""
        return {**vars(self), "weighed": tuple(one.as_dict() for one in self.weighed)}


def sender_of(person: Person | None, verdict: Verdict) -> Sender:
    """Who a mail is from that names this person as its sender."""
    if person is None:
        return Sender(None, False, verdict)
    return Sender(person.id, person.is_staff, verdict, actor_of(person).rights)


def decide(
    sender: Sender,
    signals: Sequence[Signal],
    *,
    now: datetime,
    strict: bool = False,
    machine: bool = False,
) -> Decision:
    """Decide where a mail belongs.

    :param signals: everything in it that names a ticket that exists, in any order.
    :param strict: demand a passing verdict (V2) of everyone who joins.
    :param machine: it is an automatic answer: that reopens nothing, and so begins nothing either
        where the ticket is closed for good.
    """
    by_strength = sorted(signals, key=lambda signal: STRENGTH.index(signal.kind))
    rights = [
        (signal, *_weigh(_on_ticket(sender, signal.ticket), signal, strict))
        for signal in by_strength
    ]
    holds = [right for given in _FIRST for right in rights if right[1] == given]
    if not holds:
        weighed = tuple(_weighed(signal, False, why) for signal, _, why in rights)
        return _new(sender, by_strength, weighed)
    chosen, outcome, why = holds[0]
    weighed = tuple(
        _weighed(signal, signal is chosen, _UNNEEDED if given and signal is not chosen else said)
        for signal, given, said in rights
    )
    assert outcome is not None
    writer = sender if chosen.side else _on_ticket(sender, chosen.ticket)
    level = writer.level(_holds_token(writer, chosen, signals))
    too_late = not machine and is_closed_for_good(
        chosen.ticket.closed_at, chosen.ticket.reopening_days, now
    )
    decision = _join(writer, chosen, outcome, why, level, weighed, too_late=too_late)
    return decision if writer is sender else replace(decision, written_as=writer.person_id)


_FIRST = (
    # What came to a side conversation is shown to no customer, whatever else it names.
    RoutingOutcome.SIDE,
    # Someone in copy who answers all answers to another's reply address, too: what lets them join
    # comes before what would only file their mail for staff.
    RoutingOutcome.JOIN,
    RoutingOutcome.SIDE_STRANGER,
    RoutingOutcome.JOIN_INTERNAL,
)


def _on_ticket(sender: Sender, ticket: NamedTicket) -> Sender:
    """The sender as whom the ticket knows them, where a proven address is one of a mailbox that is
    on it by another.
    """
    if (
        ticket.same_mailbox_id is None
        or sender.is_staff
        or sender.verdict != Verdict.PASS
        or sender.person_id in ticket.participants
    ):
        return sender
    return replace(sender, person_id=ticket.same_mailbox_id)


def _weigh(sender: Sender, signal: Signal, strict: bool) -> tuple[RoutingOutcome | None, str]:
    """What this signal alone gives: a way to join, or None, and why."""
    on_ticket = sender.person_id is not None and sender.person_id in signal.ticket.participants
    known = on_ticket or sender.may(signal.ticket, MailboxRight.SEE)
    if strict and sender.verdict != Verdict.PASS:
        return None, "Refused: the sender's address is not proven, and strict mode demands it."
    if signal.side is not None:
        return _weigh_side(sender, signal, signal.side)
    if signal.kind in _TOKENS:
        return _weigh_token(sender, signal, known)
    if sender.verdict == Verdict.FAIL:
        return None, "Refused: the sender's address failed its authentication (DMARC)."
    if signal.kind == SignalKind.MESSAGE_ID:
        if (
            known
            or signal.sender_was_recipient
            or (signal.mailbox_was_recipient and sender.verdict == Verdict.PASS)
        ):
            return (
                RoutingOutcome.JOIN,
                "The mail answers a mail of this ticket, and its sender belongs to it.",
            )
        return None, "Refused: the mail names a mail of this ticket, but its sender is not on it."
    if signal.kind == SignalKind.ORDER:
        if on_ticket and signal.same_buyer and sender.verdict == Verdict.PASS:
            return (
                RoutingOutcome.JOIN,
                "The marketplace's relay says that it is about the ticket's order, and from the "
                "same buyer.",
            )
        return None, "Refused: it names the ticket's order, which anybody may write down."
    if known:
        return (
            RoutingOutcome.JOIN,
            "The subject has the ticket's number, and the sender is on the ticket.",
        )
    return None, "Refused: the subject has the ticket's number, but its sender is not on it."


def _weigh_token(sender: Sender, signal: Signal, known: bool) -> tuple[RoutingOutcome, str]:
    if not known:
        return (
            RoutingOutcome.JOIN_INTERNAL,
            "The sender holds a reply address of this ticket, but is not on it: for staff only.",
        )
    if sender.verdict == Verdict.FAIL and signal.holder_id != sender.person_id:
        # Whoever holds this token is on the ticket, but writes in another's name.
        return (
            RoutingOutcome.JOIN_INTERNAL,
            "The reply address was made for someone else, and the sender's address failed its "
            "authentication (DMARC): for staff only.",
        )
    return RoutingOutcome.JOIN, _TOKEN_WORDS[signal.kind]


def _weigh_side(
    sender: Sender, signal: Signal, side: NamedSide
) -> tuple[RoutingOutcome | None, str]:
    claim = SideClaim(
        sender.verdict,
        is_of_it=sender.person_id in side.people and not sender.is_staff,
        by_token=signal.kind in _TOKENS,
        is_holder=signal.holder_id == sender.person_id,
        was_recipient=signal.sender_was_recipient,
    )
    standing, why = side_standing(claim)
    return RoutingOutcome(standing) if standing else None, why


_TOKENS = STRENGTH[:4]
_TOKEN_WORDS: dict[str, str] = {
    SignalKind.TOKEN: "The mail came to a reply address of this ticket.",
    SignalKind.MINTED_ID: "The mail answers a mail that we made for this very sender.",
}
_UNPROVEN = (
    "It says it is from staff, but that is not proven (a passing verdict and a reply address made "
    "for them): kept as an internal note, nothing sent."
)
_LACKS_RIGHT = (
    "It is from one of staff who may not answer in this mailbox: kept as an internal note, nothing "
    "sent."
)
_UNNEEDED = "Not needed: a stronger signal had decided."


def _weighed(signal: Signal, won: bool, why: str) -> WeighedSignal:
    return WeighedSignal(signal.kind, signal.value, signal.ticket.number, won, why)


def _holds_token(sender: Sender, chosen: Signal, signals: Sequence[Signal]) -> bool:
    """Whether the mail carries a token of its place that was made for its very sender."""
    return sender.person_id is not None and any(
        signal.kind in _TOKENS
        and (signal.ticket.id, signal.side) == (chosen.ticket.id, chosen.side)
        and signal.holder_id == sender.person_id
        for signal in signals
    )


def _join(
    sender: Sender,
    signal: Signal,
    outcome: RoutingOutcome,
    why: str,
    level: TrustLevel,
    weighed: tuple[WeighedSignal, ...],
    *,
    too_late: bool,
) -> Decision:
    ticket = signal.ticket
    # On a ticket of their own, where they are in copy, and in a side conversation, staff write as
    # anybody else does.
    may_act = sender.is_staff and signal.side is None
    as_staff = may_act and sender.person_id not in ticket.participants
    acts_as_staff = (
        may_act
        and level == TrustLevel.AUTHENTICATED_TOKEN
        and sender.person_id != ticket.requester_id
        and sender.may(ticket, MailboxRight.ANSWER)
    )
    if as_staff and not acts_as_staff:
        outcome = RoutingOutcome.JOIN_INTERNAL
        why = _UNPROVEN if sender.may(ticket, MailboxRight.ANSWER) else _LACKS_RIGHT
    decision = Decision(
        outcome=outcome,
        rule=signal.kind,
        why=why,
        level=level,
        ticket_id=ticket.id,
        side_id=signal.side.id if signal.side else None,
        acts_as_staff=acts_as_staff,
        unverified=sender.verdict != Verdict.PASS,
        weighed=weighed,
    )
    begins_anew = too_late and not (as_staff or acts_as_staff)
    return _anew(decision, ticket) if begins_anew else decision


def _anew(decision: Decision, ticket: NamedTicket) -> Decision:
    """What would join a ticket begins one of its own that continues it: it is closed for good."""
    days = ticket.reopening_days
    return replace(
        decision,
        outcome=RoutingOutcome.NEW,
        rule="closed too long ago",
        why=f"{decision.why} It was closed over {days} days ago, so this begins anew.",
        ticket_id=None,
        side_id=None,
        continues=ticket.id,
    )


def _new(sender: Sender, signals: Sequence[Signal], weighed: tuple[WeighedSignal, ...]) -> Decision:
    mentions = tuple(dict.fromkeys(signal.ticket.id for signal in signals))
    by_order = all(signal.kind == SignalKind.ORDER for signal in signals)
    why = "Nothing in it names a ticket."
    if mentions:
        why = "It names a ticket that its sender has no right to join: a ticket of its own."
        if by_order:
            why = "It names the order of another ticket: a ticket of its own."
    return Decision(
        outcome=RoutingOutcome.NEW,
        rule="new conversation" if by_order else "no right to join",
        why=why,
        level=sender.level(has_token=False),
        unverified=sender.verdict != Verdict.PASS,
        mentions=mentions,
        weighed=weighed,
    )
