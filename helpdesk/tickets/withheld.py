"""Acknowledgements that a limit withheld, and that are still to be sent by whoever wants to."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from helpdesk.models import Refusal
from helpdesk.vocabulary import UNFINISHED, Status


class Acknowledgeable(Protocol):
    """What of a ticket says so."""

    @property
    def not_acknowledged(self) -> Refusal | None: ...
    @property
    def first_response_at(self) -> datetime | None: ...
    @property
    def status(self) -> Status: ...


def is_withheld(ticket: Acknowledgeable) -> bool:
    """Whether the customer has heard nothing of us yet, since a limit was reached."""
    return (
        ticket.not_acknowledged == Refusal.RATE_LIMIT
        and ticket.first_response_at is None
        and ticket.status in UNFINISHED
    )
