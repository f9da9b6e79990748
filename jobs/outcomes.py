"""What became of a mail that was handed to a relay: written down, and told in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.mail_out import claims
from helpdesk.mail_out.claims import Attempt, ClaimedMail
from helpdesk.models import AttemptOutcome, OutboundState
from helpdesk.outages import Outage
from jobs.relay import Outcome, RelayResult

log = structlog.get_logger("jobs.deliver")


def record_outcomes(
    session: Session, mail: ClaimedMail, worker: str, outcomes: list[Outcome], now: datetime
) -> str:
    """Record what each relay said; the last one's word decides the state, which is returned."""
    *before, last = outcomes
    for outcome in before:
        claims.log_attempt(
            session, mail.id, AttemptOutcome.DEFERRED, now=now, attempt=_attempt(outcome)
        )
    state = _mark(session, mail, worker, last, now)
    if state in (OutboundState.FAILED, OutboundState.UNCERTAIN):
        words = f"{last.code or ''} {last.text}".strip()
        report_undelivered(session, mail.id, state, words, now=now)
    return state


def _mark(session: Session, mail: ClaimedMail, worker: str, outcome: Outcome, now: datetime) -> str:
    """The mail's new state; empty where it was no longer ours to mark."""
    attempt = _attempt(outcome)
    if outcome.kind in (RelayResult.DEFERRED, RelayResult.UNREACHABLE):
        reached = outcome.kind == RelayResult.DEFERRED
        return claims.mark_deferred(
            session, mail, worker, now=now, attempt=attempt, reached=reached
        )
    marks = {
        RelayResult.SENT: claims.mark_sent,
        RelayResult.FAILED: claims.mark_failed,
        RelayResult.UNCERTAIN: claims.mark_uncertain,
    }
    marked = marks[outcome.kind](session, mail, worker, now=now, attempt=attempt)
    return outcome.kind if marked else ""


def log_outcome(
    mail: ClaimedMail,
    said: tuple[Outage, Outcome, int],
    state: str,
    waits: Callable[[], int | None],
) -> None:
    """One line for what became of a mail. Where no relay was reached the outage's lines tell.

    :param said: of which relay, what it said, and the mail's size.
    """
    outage, outcome, size = said
    if outcome.kind == RelayResult.UNREACHABLE:
        outage.failed("unreachable", waits=waits)
        if state != OutboundState.FAILED:
            return
    else:
        outage.worked()
    more = {"attempt": mail.attempt_count + 1, "code": outcome.code, "size": size}
    # Whatever became of the claim, a mail that the relay took has left.
    log.info(_EVENTS[state or outcome.kind], **named(mail), **more)


_EVENTS: dict[str, str] = {
    OutboundState.SENT: "mail_sent",
    OutboundState.DEFERRED: "mail_deferred",
    OutboundState.FAILED: "mail_failed",
    OutboundState.UNCERTAIN: "mail_uncertain",
    RelayResult.UNREACHABLE: "mail_deferred",
}


def named(mail: ClaimedMail) -> dict[str, Any]:
    """How lines name a mail: by the inbound mail that it answers, its ticket, and its own id."""
    return {
        "mail": mail.inbound_name,
        "ticket": mail.ticket_number,
        "outbound": mail.id,
        "template": mail.template,
    }


def _attempt(outcome: Outcome) -> Attempt:
    return Attempt(outcome.relay, outcome.tls, outcome.code, outcome.text)
