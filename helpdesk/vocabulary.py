"""Statuses, priorities, categories: their names, what they mean, and the allowed steps.

The one place for them: pages, mails, the API and the actions all read them here.
"""

from __future__ import annotations

from dataclasses import dataclass


def mark(message: str) -> str:
    """The same text: marked for ``make messages``, put into the reader's language when shown."""
    return message


@dataclass(frozen=True)
class Status:
    """A status: its name in code and API, its label for staff, and plain words for customers."""

    name: str
    label: str
    headline: str
    """What a customer reads first."""
    meaning: str
    """One sentence: what it means, and what happens next."""


STATUSES = {
    status.name: status
    for status in (
        Status(
            "open",
            "Open",
            mark("We have your message"),
            mark("It is in our queue, and someone will read it. You will get our answer by mail."),
        ),
        Status(
            "in_progress",
            "In progress",
            mark("We are on it"),
            mark("Someone is working on your request. You will get our answer by mail."),
        ),
        Status(
            "waiting",
            "Waiting",
            mark("We need your answer"),
            mark(
                "We have written to you and wait for your answer. Just reply to our mail, or "
                "write to us on the page of your request."
            ),
        ),
        Status(
            "resolved",
            "Resolved",
            mark("Solved"),
            mark(
                "We believe this is solved. If it is not, write to us again and we go on with it."
            ),
        ),
        Status(
            "closed",
            "Closed",
            mark("Closed"),
            mark("This request is finished. If you need more help, just write to us again."),
        ),
    )
}

GRADES = {"good": mark("Good"), "okay": mark("Okay"), "bad": mark("Not good")}
"""How a customer rates what was done for them: each grade's name, and its word for them."""

UNFINISHED = ("open", "in_progress", "waiting")

# Which statuses a ticket may go to from each: one step forward, and back by reopening.
STEPS: dict[str, tuple[str, ...]] = {
    "open": ("in_progress",),
    "in_progress": ("waiting", "resolved"),
    "waiting": ("in_progress", "resolved"),
    "resolved": ("closed", "open"),
    "closed": ("open",),
}

# The single steps by which *resolve* and *waiting* are reached from an earlier status.
_PATHS: dict[tuple[str, str], tuple[str, ...]] = {
    ("open", "resolved"): ("in_progress", "resolved"),
    ("open", "waiting"): ("in_progress", "waiting"),
}

PRIORITIES = ("urgent", "high", "medium", "low")
"""Most urgent first: the index of a name is its rank."""

CATEGORIES = {
    "order_issue": mark("Order"),
    "delivery": mark("Delivery"),
    "payment": mark("Payment"),
    "refund": mark("Refund"),
    "product": mark("Product"),
    "account": mark("Account"),
    "other": mark("Other"),
}

STAFF_ROLES = ("agent", "admin")
ROLES = ("customer", *STAFF_ROLES)

SCOPES = {
    "read": "See tickets, orders, figures and mails",
    "write": "Create tickets, comment, and change them",
    "orders": "Save the shop's orders",
    "metrics": "Read /metrics",
}
"""What an API token may be used for, within what its person may do."""

USUAL_SCOPES = ("read", "write", "orders")


def steps_between(old: str, new: str) -> tuple[str, ...] | None:
    """The single steps that lead from one status to another, each recorded in the history.

    Only *resolve* and a staff answer's *waiting* may go over more than one step
    (``tickets.walk_status``). ``()`` where nothing changes, ``None`` where there is no way.
    """
    if old == new:
        return ()
    if new in STEPS[old]:
        return (new,)
    return _PATHS.get((old, new))
