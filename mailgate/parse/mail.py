"""What a mail says, as plain frozen values: the reader's result and the filer's input."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from helpdesk.vocabulary import MessageKind


@dataclass(frozen=True)
class MailAddress:
    """A mail address (addr-spec, as written but for its domain in lower case) and a name."""

    name: str
    address: str


@dataclass(frozen=True)
class ParsedAttachment:
    """One part that is not the body. ``content`` is decoded; ``sha256`` is of the content."""

    filename: str
    content_type: str
    size: int
    sha256: str
    disposition: Literal["attachment", "inline"]
    content_id: str | None
    content: bytes = field(repr=False, default=b"")


InvitationKind = Literal["invited", "changed", "cancelled", "answered"]


@dataclass(frozen=True)
class Invitation:
    """An event that a mail invites to, changes, cancels or answers.

    Times are UTC; without a zone where the sender's is not known.
    """

    kind: InvitationKind
    summary: str = ""
    location: str = ""
    start: datetime | None = None
    end: datetime | None = None
    all_day: bool = False
    organizer: MailAddress | None = None
    attendees: tuple[MailAddress, ...] = ()
    uid: str = ""


@dataclass(frozen=True)
class BouncedRecipient:
    """One recipient of a delivery report (RFC 3464 2.3)."""

    address: str
    action: str | None = None
    status: str | None = None
    diagnostic: str | None = None


@dataclass(frozen=True)
class Bounce:
    """What a delivery report says, and of which mail."""

    recipients: tuple[BouncedRecipient, ...] = ()
    original_message_id: str | None = None
    original_mark: str = ""
    """Its X-Postdesk field, where the report encloses it."""


@dataclass(frozen=True)
class AggregateReport:
    """What a provider counted of the mail of a domain over a period, as its report says."""

    kind: Literal["dmarc", "tls"]
    organisation: str
    domain: str
    begins: datetime | None
    ends: datetime | None
    passed: int
    failed: int
    dispositions: tuple[tuple[str, int], ...] = ()
    """What was done with mails that failed DMARC, and how many."""
    policy: str = ""
    """The policy that the domain published: DMARC's ``p``, or the kind of TLS policy."""


@dataclass(frozen=True)
class ParsedMail:
    """A mail, read. All text is valid Unicode without NUL; Message-IDs carry no angle brackets.

    ``text`` is the whole body; ``reply``, ``quoted``, ``signature`` and ``disclaimer`` are its
    parts. ``html`` is sanitised already (nh3) and refers to inline parts as ``cid:…``. ``defects``
    say in plain words what was wrong with the mail. ``headers`` keeps the few raw fields that later
    decisions need (lower-case name, decoded value), in order.
    """

    subject: str = ""
    sender: MailAddress | None = None
    reply_to: tuple[MailAddress, ...] = ()
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    date: datetime | None = None
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    kind: MessageKind = MessageKind.MESSAGE
    text: str = ""
    reply: str = ""
    quoted: str = ""
    signature: str = ""
    disclaimer: str = ""
    uncut_reply: str = ""
    """The reply with all that was taken off it by a guess; empty where nothing was."""
    html: str | None = None
    attachments: tuple[ParsedAttachment, ...] = ()
    bounce: Bounce | None = None
    report: AggregateReport | None = None
    defects: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    invitation: Invitation | None = None
    certified_by: str = ""
    """For certified mail the address of the provider that brought it: see :mod:`certified`."""
