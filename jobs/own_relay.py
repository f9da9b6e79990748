"""Sending by a mailbox's own account: as it is set just now, and what is wrong with it told.

The envelope's sender is the mailbox itself: providers take no other. What comes back comes to the
mailbox, and is known by the mail that it encloses. What a server says of the *account* puts its
mails off and fails none: a forgotten password, or a day's limit, is nothing of the mail's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import outages
from helpdesk.actions.note_sending import note_relay_trouble, note_relay_works
from helpdesk.actions.set_relay import sending_account
from helpdesk.db import Database
from helpdesk.mail_out.templates import QUEUES
from helpdesk.models import Mailbox, MailboxRelay
from helpdesk.oauth.relaying import relay_tokens
from helpdesk.sealing import CannotOpen
from helpdesk.settings import Relay, Settings
from helpdesk.submission.opening import Tokens
from helpdesk.submission.session import Timeouts
from helpdesk.submission.trouble import RelayFault, RelayTrouble
from jobs.pace import Pace
from jobs.relay import Outcome, RelayResult, Relays, SmtpRelay

log = structlog.get_logger("jobs.own_relay")

READ_EVERY = 2.0
"""Seconds for which it is taken to be set as it was."""
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class OwnRelay:
    """A mailbox's relay as it was read last."""

    sender: str
    relay: Relay
    by_token: bool
    is_sealed: bool
    """Whether its password cannot be opened."""
    set_at: datetime
    trouble: str
    words: str
    next_try_at: datetime | None


def own_sender(
    settings: Settings,
    database: Database,
    mailbox_id: int,
    clock: Clock,
    *,
    timeouts: Timeouts | None = None,
) -> Relays:
    """What sends by this mailbox's own relay, and by no other."""
    one = OwnRelaySender(settings, database, mailbox_id, clock, timeouts or Timeouts())
    return Relays([one], avoid_for=0)


class OwnRelaySender:
    """Hands mails to the relay that a mailbox has just now. One a thread."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        mailbox_id: int,
        clock: Clock,
        timeouts: Timeouts,
    ) -> None:
        self._settings = settings
        self._database = database
        self._mailbox_id = mailbox_id
        self._clock = clock
        self._timeouts = timeouts
        self._own: OwnRelay | None = None
        self._smtp: SmtpRelay | None = None
        self._read_at = float("-inf")
        self._stopped = False

    def send(self, envelope_from: str, recipient: str, content: bytes) -> Outcome:
        """Hand over one mail, from the mailbox itself, whatever ``envelope_from`` says."""
        try:
            own = self._as_set()
        except SQLAlchemyError as problem:
            outages.failed("lanes", problem)
            return Outcome(RelayResult.UNREACHABLE, "", text="the database is away")
        if own is None or self._smtp is None:
            words = "the mailbox has no relay of its own any more"
            return Outcome(RelayResult.UNREACHABLE, "", text=words)
        if self._rests(own):
            return Outcome(RelayResult.UNREACHABLE, own.relay.name, text=own.words or own.trouble)
        if own.is_sealed:
            words = "the password can no longer be opened"
            sealed = Outcome(RelayResult.UNREACHABLE, own.relay.name, text=words)
            return self._judged(own, replace(sealed, fault=RelayFault.SEALED))
        return self._judged(own, self._smtp.send(own.sender, recipient, content))

    def abort(self) -> None:
        """Cut off the exchange that another thread is in."""
        self._stopped = True
        if (smtp := self._smtp) is not None:
            smtp.abort()

    def close(self) -> None:
        """End the kept connection."""
        if self._smtp is not None:
            self._smtp.close()

    def _as_set(self) -> OwnRelay | None:
        """The relay as it is set now: read anew every few seconds, and made anew where it changed.

        One that rests is read each time: somebody may just have mended it.

        :raises SQLAlchemyError:
        """
        is_fresh = time.monotonic() - self._read_at < READ_EVERY
        if is_fresh and self._own is not None and not self._rests(self._own):
            return self._own
        before, self._own = self._own, self._read()
        self._read_at = time.monotonic()
        if self._own is None or before is None or before.set_at != self._own.set_at:
            self.close()
            self._smtp = self._made(self._own) if self._own else None
        return self._own

    def _rests(self, own: OwnRelay) -> bool:
        return own.next_try_at is not None and own.next_try_at > self._clock()

    def _read(self) -> OwnRelay | None:
        chosen = (
            select(MailboxRelay, Mailbox.address)
            .join(Mailbox, Mailbox.id == MailboxRelay.mailbox_id)
            .where(MailboxRelay.mailbox_id == self._mailbox_id)
        )
        with self._database.reading() as session:
            found = session.execute(chosen).one_or_none()
            if found is None:
                return None
            relay, address = found
            is_sealed = False
            try:
                named = sending_account(session, relay).relay()
            except CannotOpen:
                named, is_sealed = Relay("smtp", relay.host, relay.port), True
            return OwnRelay(
                address,
                named,
                relay.by_token,
                is_sealed,
                relay.changed_at,
                relay.trouble,
                relay.words,
                relay.next_try_at,
            )

    def _made(self, own: OwnRelay) -> SmtpRelay:
        # A machine has a worker for each queue, and each has a pace of its own.
        return SmtpRelay(
            own.relay,
            own_name=self._settings.public_host,
            timeouts=self._timeouts,
            pace=Pace(own.relay.per_second / len(QUEUES)),
            token=self._tokens(own) if own.by_token else None,
        )

    def _tokens(self, own: OwnRelay) -> Tokens:
        return relay_tokens(self._database, self._settings, self._mailbox_id, own.relay.user)

    def _judged(self, own: OwnRelay, outcome: Outcome) -> Outcome:
        """The outcome as it counts here, with what is wrong with the account written down."""
        if self._stopped:
            return outcome
        if outcome.fault is None:
            if own.trouble and outcome.kind != RelayResult.UNREACHABLE:
                self._note(own, None)
            return outcome
        log.warning("relay_trouble", mailbox=self._mailbox_id, kind=outcome.fault.value)
        said = f"{outcome.code or ''} {outcome.text}".strip()
        self._note(own, RelayTrouble(outcome.fault, said))
        failed = outcome.kind == RelayResult.FAILED
        return replace(outcome, kind=RelayResult.DEFERRED) if failed else outcome

    def _note(self, own: OwnRelay, trouble: RelayTrouble | None) -> None:
        try:
            with self._database.transaction() as session:
                if trouble is None:
                    note_relay_works(session, self._mailbox_id, own.set_at)
                else:
                    note_relay_trouble(
                        session, self._mailbox_id, own.set_at, trouble, now=self._clock()
                    )
        except SQLAlchemyError as problem:
            outages.failed("lanes", problem)
        self._read_at = float("-inf")
