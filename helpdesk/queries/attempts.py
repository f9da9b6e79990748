"""The attempts to deliver a mail, as the outbox and the API show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.models import AttemptOutcome, DeliveryAttempt


@dataclass(frozen=True)
class AttemptView:
    """One try to hand a mail to a relay, in the relay's own words."""

    at: datetime
    relay: str
    tls: bool
    outcome: AttemptOutcome
    code: int | None
    text: str


def view_attempt(attempt: DeliveryAttempt) -> AttemptView:
    """Return an attempt as it is shown."""
    return AttemptView(
        attempt.at, attempt.relay, attempt.tls, attempt.outcome, attempt.code, attempt.text
    )
