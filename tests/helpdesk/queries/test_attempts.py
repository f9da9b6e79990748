"""The attempts to deliver a mail."""

from __future__ import annotations

from helpdesk.models import DeliveryAttempt
from helpdesk.queries.attempts import AttemptView, view_attempt
from tests.support.factories import NOW


def test_an_attempt_is_shown_in_the_relays_words() -> None:
    attempt = DeliveryAttempt(
        at=NOW,
        relay="smtp://relay",
        tls=True,
        outcome="failed",
        code=550,
        text="5.1.1 no such user",
    )
    assert view_attempt(attempt) == AttemptView(
        NOW, "smtp://relay", True, "failed", 550, "5.1.1 no such user"
    )
