"""An inbound mail as the actions are given it: plain values, its files stored already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.text import name_in_mail
from helpdesk.tickets.content import Body, StoredFile
from helpdesk.vocabulary import MessageKind, Verdict


@dataclass(frozen=True)
class Arrival:
    """How a mail came: the spool's name of it, its envelope, its raw bytes' key."""

    spool_name: str
    raw_sha256: str
    size: int
    same_key: str
    """Hash of the raw mail less its trace fields."""
    has_identity: bool
    """Whether it carries a Date or a Message-ID: without both, “the same mail” means less."""
    envelope_from: str
    """Empty for the null sender."""
    envelope_to: tuple[str, ...]
    peer: str
    received_at: datetime
    released_by: str = ""
    """Who released it from quarantine. Its row of the ledger stands already, and is changed."""
    imported: bool = False
    """Whether it is mail of the past, that was imported: see ``actions.import_mail``."""
    gateway_id: int | None = None
    """The gateway that accepted it."""
    stored_by: tuple[str, ...] = ()
    """The keys of its files that its raw bytes are stored by; see ``Blobs.put_mail``."""


@dataclass(frozen=True)
class NamedAddress:
    """A name and an address, as a mail gives them."""

    name: str
    address: str


@dataclass(frozen=True)
class Forwarded:
    """A mail that was forwarded, as far as it can be read out of the one that brings it."""

    sender: NamedAddress
    text: str
    cover: str
    """What whoever forwarded it wrote above it."""
    inner: Forwarded | None = None
    """The mail that this one forwards in its turn."""


@dataclass(frozen=True)
class ReportedCounts:
    """What an aggregate report counted of a domain's mail, ``kind`` ``dmarc`` or ``tls``."""

    kind: str
    organisation: str
    domain: str
    begins: datetime | None
    ends: datetime | None
    passed: int
    failed: int
    dispositions: tuple[tuple[str, int], ...] = ()
    policy: str = ""


@dataclass(frozen=True)
class Incoming:
    """A mail as the domain is given it: plain values, all that decides and is kept of it."""

    arrival: Arrival
    subject: str
    sender: NamedAddress | None
    """Who is taken as its writer: its From, unless that speaks for its Reply-To."""
    from_field: NamedAddress | None
    """Its From, whoever is taken as its writer."""
    reply_to: tuple[NamedAddress, ...]
    to: tuple[NamedAddress, ...]
    cc: tuple[NamedAddress, ...]
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    kind: MessageKind
    body: Body
    files: tuple[StoredFile, ...]
    defects: tuple[str, ...]
    verdict: Verdict
    bounced_message_id: str | None = None
    bounced_mark: str = ""
    """Our own mark on the mail that a report encloses."""
    bounced_addresses: tuple[str, ...] = ()
    bounce_words: str = ""
    """What the other server says, in one line."""
    report: ReportedCounts | None = None
    by_form: bool = False
    """Whether a form or a shop sent it for its writer."""
    loop_mark: str = ""
    """Our own mark on the mail itself."""
    forwarded: Forwarded | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """The fields that tell people's mail from machines': names in lower case, decoded values."""
    left_of_thanks: tuple[str, ...] | None = None
    """The words that its new part has beside thanks and manners; None where it does not thank, or
    says more for certain."""
    failed_when_held: bool = False
    """Whether it failed its authentication, and a person released it all the same."""
    authentication: Mapping[str, Any] | None = None
    """How the verdict came about, as plain JSON values, to keep with the decision."""
    by_front_server: bool = False
    """Whether that is the word of a front server, which the mail came from."""
    hold_reason: str = ""
    """Why it goes into quarantine whatever else it says. Empty once a person has released it."""
    trusted_as: str = ""
    """The rule by which it is accepted all the same: see
    :mod:`helpdesk.mail_in.trusted_senders`."""

    @property
    def claimed_name(self) -> str:
        """What its writer calls themselves, where nothing proves it."""
        is_proven = self.verdict == Verdict.PASS or self.sender is None
        return "" if is_proven or self.sender is None else name_in_mail(self.sender.name)
