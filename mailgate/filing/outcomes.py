"""What became of each mail, as the log has it: one line a mail, by its spool name."""

from __future__ import annotations

import structlog

from helpdesk.log_lines import impersonal
from helpdesk.mail_in.ledger_row import MailOutcome
from helpdesk.models import InboundState

log = structlog.get_logger("mailgate.filing")


def log_outcome(name: str, outcome: MailOutcome) -> None:
    """Tell what became of a mail. Call it once that is committed.

    :param name: its spool name: the id that the sender's server was told with the ``250``.
    """
    if outcome.state == InboundState.FILED:
        new = "yes" if outcome.is_new_ticket else "no"
        log.info("mail_filed", mail=name, ticket=outcome.ticket_number or None, new=new)
    elif outcome.state == InboundState.HELD:
        log.info("mail_held", mail=name, reason=impersonal(outcome.reason))
    else:
        log.info("mail_set_aside", mail=name, reason=impersonal(outcome.reason))
