"""“Why is this here?”: the record of a decision (``InboundMail.decision``) in plain words.

A pure function over what is stored, so that pages, commands and the API say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from helpdesk.mail_in.routing import SignalKind
from helpdesk.vocabulary import TrustLevel, Verdict

Mark = Literal["verified", "unverified", "failed"]
Decision = Mapping[str, Any]


@dataclass(frozen=True)
class Proof:
    """Whether the sender is who the mail says, and how that is known."""

    mark: Mark
    words: str
    reasons: tuple[str, ...] = ()
    checks: tuple[tuple[str, str], ...] = ()
    """SPF, DKIM, DMARC and ARC, each with its result word (RFC 8601 2.7)."""


@dataclass(frozen=True)
class SignalView:
    """One thing in the mail that names a ticket, and what became of it."""

    what: str
    value: str
    ticket_number: str
    won: bool
    refused: bool
    why: str


@dataclass(frozen=True)
class HandlingStep:
    """What a person did about the mail, and when; without a moment where none was kept."""

    words: str
    at: datetime | None = None


@dataclass(frozen=True)
class Explanation:
    """All that is known of why a mail is where it is."""

    summary: str
    rule: str
    right: str
    """What the sender's proof and token come to together; empty where nobody asked."""
    signals: tuple[SignalView, ...]
    proof: Proof | None
    steps: tuple[HandlingStep, ...]


_SIGNALS: dict[str, str] = {
    SignalKind.TOKEN: "Reply address",
    SignalKind.MINTED_ID: "Answers a mail that we sent to this person",
    SignalKind.SIDE_TOKEN: "Reply address of a side conversation",
    SignalKind.SIDE_MINTED_ID: "Answers a mail that we sent to this person in a side conversation",
    SignalKind.MESSAGE_ID: "Answers a mail of the ticket",
    SignalKind.SIDE_MESSAGE_ID: "Answers a mail of a side conversation",
    SignalKind.NUMBER: "Number in the subject",
    SignalKind.ORDER: "Order of a marketplace",
}
_RULES: dict[str, str] = {
    SignalKind.TOKEN: "A reply address made for this ticket decides.",
    SignalKind.MINTED_ID: "An answer to a mail that we made for this very sender decides.",
    SignalKind.MESSAGE_ID: (
        "An answer to a mail of the ticket decides, where its sender belongs to it."
    ),
    SignalKind.SIDE_TOKEN: "A reply address made for a side conversation decides.",
    SignalKind.SIDE_MINTED_ID: (
        "An answer to a mail that we made for this very sender in a side conversation decides."
    ),
    SignalKind.SIDE_MESSAGE_ID: (
        "An answer to a mail of a side conversation decides, where staff wrote to its sender there."
    ),
    SignalKind.NUMBER: "The number in the subject counts for people who are on the ticket.",
    SignalKind.ORDER: (
        "The order that a marketplace's relay names counts for the buyer whom it wrote for before."
    ),
    "closed too long ago": "A ticket closed too long ago is not reopened: a new one continues it.",
    "no right to join": "Whoever names a ticket without a right to it gets a ticket of their own.",
    "new conversation": "A mail that names no ticket begins one.",
    "imported answer": "An old answer of ours stands on the ticket of the mail that it answers.",
    "delivery report": "A delivery report goes to the ticket whose mail it reports on.",
}
_RIGHTS: dict[str, str] = {
    TrustLevel.AUTHENTICATED_TOKEN: "Sender proven, and holding a reply address made for them.",
    TrustLevel.AUTHENTICATED: "Sender proven by their mail server.",
    TrustLevel.TOKEN_ONLY: "Sender not proven, but holding a reply address made for them.",
    TrustLevel.UNPROVEN: "Sender not proven, and holding no reply address.",
    TrustLevel.FAILED: "Sender failed the check of their own domain.",
}
_METHODS = ("spf", "dkim", "dmarc", "arc")
_PROOFS: dict[str, tuple[Mark, str]] = {
    Verdict.PASS: ("verified", "The sender’s domain proves this mail."),
    Verdict.FAIL: ("failed", "The mail fails the check that the sender’s domain asks for."),
    Verdict.NONE: ("unverified", "Nothing proves that the sender is who the mail says."),
    Verdict.UNKNOWN: ("unverified", "It could not be checked who sent this."),
}
_MEANINGS = (
    (
        "It fails the check of its sender",
        "The owner of the sender’s domain says how to tell their mail, and this mail is not like "
        "that. It may be forged; it may also be genuine and have been forwarded on the way. "
        "Release it if you expected it and know the person.",
    ),
    (
        "It names no sender",
        "There is nobody to answer, so it cannot become a ticket by itself. Look at the source: "
        "if the writer says who they are, open a ticket for them.",
    ),
    (
        "It names nobody",
        "There is nobody to answer, so it cannot become a ticket. Look at the source: if the "
        "writer says who they are, open a ticket for them.",
    ),
    (
        "It says it is from one of our own mailboxes",
        "Answering it would be answering ourselves. Often it is a contact form that sends from "
        "your own address: then “always accept”, and whoever stands in Reply-To is the customer. "
        "Otherwise somebody uses your address.",
    ),
    (
        "too complex to be read",
        "It has far more parts or fields than any letter: it may be meant to do harm, or a program "
        "wrote it badly. Released, it becomes a ticket with the whole mail as a file.",
    ),
    (
        "could not be read",
        "Reading it took more time or memory than a mail may. Released, it becomes a ticket with "
        "the whole mail as a file.",
    ),
    (
        "It could not be",
        "Filing it failed again and again, and that is a fault of ours. Release it to try once "
        "more; if it comes back, report it as a bad parse.",
    ),
)  # fmt: skip


def explain(decision: Decision) -> Explanation:
    """The decision in plain words."""
    rule = str(decision.get("rule") or "")
    return Explanation(
        summary=str(decision.get("why") or ""),
        rule=_RULES.get(rule, rule),
        right=_RIGHTS.get(str(decision.get("level") or ""), ""),
        signals=tuple(_signals(decision)),
        proof=proof_of(decision),
        steps=(*_steps(decision), *_moves(decision)),
    )


def proof_of(decision: Decision) -> Proof | None:
    """Whether the sender was proven; None where nobody looked."""
    found = decision.get("authentication")
    if not isinstance(found, Mapping):
        return None
    mark, words = _PROOFS.get(str(found.get("verdict")), _PROOFS[Verdict.UNKNOWN])
    checks = ((name.upper(), str(found.get(name) or "")) for name in _METHODS)
    return Proof(
        mark,
        words,
        tuple(str(reason) for reason in found.get("reasons") or ()),
        tuple((name, result) for name, result in checks if result not in ("", "not checked")),
    )


def meaning_of(reason: str) -> str:
    """What a reason for holding a mail means, and what to do about it; empty where unknown."""
    return next((words for start, words in _MEANINGS if reason.startswith(start)), "")


def _signals(decision: Decision) -> Iterable[SignalView]:
    for one in decision.get("weighed") or ():
        kind, why, won = str(one.get("kind")), str(one.get("why") or ""), bool(one.get("held"))
        yield SignalView(
            what=_SIGNALS.get(kind, kind),
            value=str(one.get("value") or ""),
            ticket_number=str(one.get("ticket_number") or ""),
            won=won,
            refused=not won and why.startswith("Refused"),
            why=_sentence(why.removeprefix("Refused: ")),
        )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _steps(decision: Decision) -> Iterable[HandlingStep]:
    if decision.get("imported"):
        yield HandlingStep(
            "Imported with other mail of the past: nobody was told, nothing was sent."
        )
    if held_for := decision.get("held_for"):
        yield HandlingStep(f"Held in quarantine: {held_for}")
    if trusted := decision.get("trusted_as"):
        yield HandlingStep(f"Not held, since mail from {trusted} is always accepted.")
    if address := decision.get("written_from"):
        yield HandlingStep(
            f"It came from {address}, which is proven: another address of a mailbox that is on the "
            "ticket."
        )
    if sender := decision.get("sent_from"):
        yield HandlingStep(
            f"It came from {sender}, and asks for answers elsewhere (Reply-To): whoever is there "
            "is the one to answer, but is not proven to have written it."
        )
    if address := decision.get("answers_refused_to"):
        yield HandlingStep(
            f"It asks for answers at {address} (Reply-To), which nothing says is its sender’s: "
            "they go there only where staff decide so."
        )
    if who := decision.get("released_by"):
        yield HandlingStep(f"Released by {who}.", _moment(decision.get("released_at")))
    if who := decision.get("discarded_by"):
        yield HandlingStep(f"Deleted by {who}.", _moment(decision.get("discarded_at")))


def _moves(decision: Decision) -> Iterable[HandlingStep]:
    for move in decision.get("moved") or ():
        # One who may not see a ticket is not told its number.
        old, new = (move.get(end) or "another ticket" for end in ("from", "to"))
        way = f"from {old} to {new}"
        also = len(move.get("comments") or ()) - 1
        if move.get("undone"):
            words = f"Moved {way}, and back again by {move.get('by')}."
        elif along := move.get("along_with"):
            words = f"Moved {way} by {move.get('by')}, along with mail {along}, which it followed."
        else:
            along = f", with {also} that followed" if also > 0 else ""
            words = f"Moved {way} by {move.get('by')}{along}."
        yield HandlingStep(words, _moment(move.get("at")))


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
