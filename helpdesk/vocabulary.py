"""States, kinds and roles that all of Postdesk knows: their names, words, and the allowed steps.

The one place for them: pages, mails, the API and the actions all read them here. What one model
alone has stands beside that model. The values are stored and promised: they keep their spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


def mark(message: str) -> str:
    """The same text: marked for ``make messages``, put into the reader's language when shown."""
    return message


class Status(StrEnum):
    """How far a ticket is."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    """We wait for the customer."""
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True)
class StatusWords:
    """A status in words: its label for staff, and plain words for customers."""

    name: Status
    label: str
    headline: str
    """What a customer reads first."""
    meaning: str
    """One sentence: what it means, and what happens next."""


STATUSES = {
    status.name: status
    for status in (
        StatusWords(
            Status.OPEN,
            "Open",
            mark("We have your message"),
            mark("It is in our queue, and someone will read it. You will get our answer by mail."),
        ),
        StatusWords(
            Status.IN_PROGRESS,
            "In progress",
            mark("We are on it"),
            mark("Someone is working on your request. You will get our answer by mail."),
        ),
        StatusWords(
            Status.WAITING,
            "Waiting",
            mark("We need your answer"),
            mark(
                "We have written to you and wait for your answer. Just reply to our mail, or "
                "write to us on the page of your request."
            ),
        ),
        StatusWords(
            Status.RESOLVED,
            "Resolved",
            mark("Solved"),
            mark(
                "We believe this is solved. If it is not, write to us again and we go on with it."
            ),
        ),
        StatusWords(
            Status.CLOSED,
            "Closed",
            mark("Closed"),
            mark("This request is finished. If you need more help, just write to us again."),
        ),
    )
}


class Grade(StrEnum):
    """How a customer rates what was done for them."""

    GOOD = "good"
    OKAY = "okay"
    BAD = "bad"


GRADES = {Grade.GOOD: mark("Good"), Grade.OKAY: mark("Okay"), Grade.BAD: mark("Not good")}
"""How a customer rates what was done for them: each grade's name, and its word for them."""


class Folder(StrEnum):
    """Where a ticket is kept, whatever its status. Lists, counts, searches and figures are of the
    inbox alone, unless they say otherwise."""

    INBOX = "inbox"
    SPAM = "spam"
    TRASH = "trash"


FOLDERS = {Folder.INBOX: "Inbox", Folder.SPAM: "Spam", Folder.TRASH: "Trash"}
"""Each folder's word, for staff."""

UNFINISHED = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING)

# Which statuses a ticket may go to from each: one step forward, and back by reopening.
STEPS: dict[Status, tuple[Status, ...]] = {
    Status.OPEN: (Status.IN_PROGRESS,),
    Status.IN_PROGRESS: (Status.WAITING, Status.RESOLVED),
    Status.WAITING: (Status.IN_PROGRESS, Status.RESOLVED),
    Status.RESOLVED: (Status.CLOSED, Status.OPEN),
    Status.CLOSED: (Status.OPEN,),
}

# The single steps by which *resolve* and *waiting* are reached from an earlier status.
_PATHS: dict[tuple[Status, Status], tuple[Status, ...]] = {
    (Status.OPEN, Status.RESOLVED): (Status.IN_PROGRESS, Status.RESOLVED),
    (Status.OPEN, Status.WAITING): (Status.IN_PROGRESS, Status.WAITING),
}


class Priority(StrEnum):
    """How soon a ticket needs an answer: the most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


PRIORITIES = tuple(Priority)
"""Most urgent first: the index of a priority is its rank."""

CATEGORIES = {
    "order_issue": mark("Order"),
    "delivery": mark("Delivery"),
    "payment": mark("Payment"),
    "refund": mark("Refund"),
    "product": mark("Product"),
    "account": mark("Account"),
    "other": mark("Other"),
}


class Role(StrEnum):
    """What somebody is to Postdesk. The last three are never a person's: actors alone have them."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ADMIN = "admin"
    SYSTEM = "system"
    """Postdesk itself, and the operator at the command line."""
    VISITOR = "visitor"
    """Somebody at the form, of whom nothing is proven."""
    NOBODY = "nobody"
    """A person who was deactivated."""


STAFF_ROLES = (Role.AGENT, Role.ADMIN)
ROLES = (Role.CUSTOMER, *STAFF_ROLES)
"""The roles that a person may have."""


class MailboxRight(StrEnum):
    """What one of staff may do in a mailbox; each includes those before it."""

    SEE = "see"
    """Read its tickets."""
    ANSWER = "answer"
    """Answer and change them."""
    MANAGE = "manage"
    """Decide about its mail, too: what is held, and what is to be sent again."""


class Scope(StrEnum):
    """What an API token may be used for."""

    READ = "read"
    WRITE = "write"
    ORDERS = "orders"
    MAIL = "mail"
    METRICS = "metrics"


SCOPES = {
    Scope.READ: "See tickets, orders, figures and mails",
    Scope.WRITE: "Create tickets, comment, and change them",
    Scope.ORDERS: "Save the shop's orders",
    Scope.MAIL: "Hand over mail that came in elsewhere",
    Scope.METRICS: "Read /metrics",
}
"""What an API token may be used for, within what its person may do."""

USUAL_SCOPES = (Scope.READ, Scope.WRITE, Scope.ORDERS)


class Source(StrEnum):
    """How a comment came."""

    MAIL = "mail"
    WEB = "web"
    API = "api"


class MessageKind(StrEnum):
    """What kind of message a mail, or the comment that it became, is."""

    MESSAGE = "message"
    """Written by a person."""
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    DELAYED = "delayed"
    """A report that a mail has not arrived yet."""
    DELIVERED = "delivered"
    """A report that a mail arrived."""
    FEEDBACK_REPORT = "feedback_report"
    """A complaint about a mail of ours, or what a provider counted of our mail."""
    LIST = "list"
    """It came through a mailing list, or is bulk mail."""
    TAKEN_BACK = "taken_back"
    """An answer that was taken back before it left: no conversation shows it. Of comments alone."""

    def __reduce_ex__(self, protocol: object) -> tuple[type[MessageKind], tuple[str]]:
        """Pickle by value in every Python: 3.11.0 to 3.11.3 pickle members by ``getattr``."""
        return MessageKind, (self.value,)


REPORT_KINDS = (
    MessageKind.BOUNCE,
    MessageKind.DELAYED,
    MessageKind.DELIVERED,
    MessageKind.FEEDBACK_REPORT,
)
"""What mail servers say of a mail of ours."""
MACHINE_KINDS = (MessageKind.AUTO_REPLY, *REPORT_KINDS)
"""What no person wrote."""


class Verdict(StrEnum):
    """Whether the sender of a mail is proven."""

    PASS = "pass"  # noqa: S105 (not a password)
    FAIL = "fail"
    NONE = "none"
    """Looked at, and nothing proves the sender."""
    UNKNOWN = "unknown"
    """Could not be looked at, or was not."""


class TrustLevel(StrEnum):
    """How far the sender of a mail is trusted to be who the mail says."""

    UNPROVEN = "V0"
    """Neither proof nor token."""
    TOKEN_ONLY = "V1"  # noqa: S105 (not a password)
    AUTHENTICATED = "V2"
    """Proven by their mail server."""
    AUTHENTICATED_TOKEN = "V3"  # noqa: S105 (not a password)
    FAILED = "fail"
    """The mail fails the check of its sender's domain: worse than unproven."""


def steps_between(old: Status, new: Status) -> tuple[Status, ...] | None:
    """The single steps that lead from one status to another, each recorded in the history.

    Only *resolve* and a staff answer's *waiting* may go over more than one step
    (``tickets.walk_status``). ``()`` where nothing changes, ``None`` where there is no way.
    """
    if old == new:
        return ()
    if new in STEPS[old]:
        return (new,)
    return _PATHS.get((old, new))


SIGNATURE_TYPES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
"""Files that only sign a mail: kept with it, and not shown among what came with it."""
