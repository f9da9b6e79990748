"""Whether there is anything to do at all: asked by one statement, before anybody looks closer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from helpdesk.db import UtcDateTime
from helpdesk.mail_out.outbox import UNSENT
from helpdesk.models import (
    BulkChange,
    Erasure,
    InboundMail,
    InboundState,
    Notice,
    OutboundMail,
    ParseReport,
    ParseReportState,
    SentCopy,
)


@dataclass(frozen=True)
class AtHand:
    """What the sweep may have to do. Each is true, too, where it turns out to be nothing."""

    mails: bool
    """Mails wait, or are being sent."""
    notices: bool
    bulks: bool
    """Changes of many tickets have not ended."""
    erasures: bool
    copies: bool
    """Of what was sent, to be put into the accounts that sent it."""


def at_hand(session: Session, now: datetime) -> AtHand:
    """Whether there is anything for the sweep to do."""
    return AtHand(*session.execute(_AT_HAND, {"now": now}).one())


def any_asked_of_filer(session: Session) -> bool:
    """Whether a mail was released, or an anonymised copy asked for."""
    return bool(session.scalar(_ASKED_OF_FILER))


_AT_HAND = select(
    exists().where(OutboundMail.state.in_(UNSENT)),
    exists().where(Notice.due_at <= bindparam("now", type_=UtcDateTime)),
    exists().where(BulkChange.ended_at.is_(None)),
    exists().where(Erasure.ended_at.is_(None)),
    exists().where(SentCopy.next_try_at <= bindparam("now", type_=UtcDateTime)),
)
_ASKED_OF_FILER = select(
    exists().where(InboundMail.state == InboundState.WAITING)
    | exists().where(ParseReport.state == ParseReportState.ASKED)
)
