"""Handing a mail to a relay, and saying exactly what came of it.

One recipient a transaction: with several, a refused one would only be told among the accepted.
Connections are kept from mail to mail. Time-outs are those of RFC 5321 4.5.3.2.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Protocol

from helpdesk.mail_out.templates import QUEUES
from helpdesk.settings import Relay, Settings
from helpdesk.submission.opening import (
    Tokens,
    by_token,
    helo_name,
    open_session,
    wire_address,
)
from helpdesk.submission.session import (
    ConnectionLost,
    RelaySession,
    RelayUnreachable,
    Reply,
    Timeouts,
)
from helpdesk.submission.trouble import RelayFault, fault_of_refusal
from jobs.pace import Pace

AVOID_FOR = 30.0
"""Seconds for which a relay that could not be reached is not tried again."""
MOST_MAILS_A_CONNECTION = 500

# The relay refuses us, not the mail (RFC 4954 6): a forgotten password must fail no mail for good.
_WANTS_CREDENTIALS = (530, 534, 535, 538)


class RelayResult(StrEnum):
    """What came of one try to hand a mail to a relay."""

    SENT = "sent"
    """The relay took it."""
    DEFERRED = "deferred"
    """Not now."""
    FAILED = "failed"
    """Never."""
    UNCERTAIN = "uncertain"
    """The connection was lost after the last byte and before the answer."""
    UNREACHABLE = "unreachable"
    """No relay there, or none that lets us in; it says nothing about the mail."""


@dataclass(frozen=True)
class Outcome:
    """What came of one try, in the relay's own words."""

    kind: RelayResult
    relay: str
    tls: bool = False
    code: int | None = None
    text: str = ""
    fault: RelayFault | None = None
    """What is wrong between the relay and us, where that is what it is about."""


class RelaySender(Protocol):
    """Something that takes mails: a relay."""

    def send(self, envelope_from: str, recipient: str, content: bytes) -> Outcome:
        """Hand over one mail. ``content`` has CRLF line ends throughout. Never raises."""

    def abort(self) -> None:
        """Cut off the exchange that another thread is in: it ends at once, with its outcome."""

    def close(self) -> None:
        """End the kept connection."""


def relays(settings: Settings, *, timeouts: Timeouts | None = None) -> Relays:
    """The relay that the settings name, and the one to take over when it cannot be reached."""
    named = [relay for relay in (settings.relay, settings.fallback_relay) if relay]
    limits = timeouts or Timeouts()
    return Relays([_sender(relay, settings, limits) for relay in named])


def _sender(relay: Relay, settings: Settings, timeouts: Timeouts) -> RelaySender:
    if relay.scheme == "capture":
        return CaptureRelay(settings.sent_dir)
    # A machine has a worker for each queue, and each has a pace of its own.
    pace = Pace(relay.per_second / len(QUEUES))
    return SmtpRelay(relay, own_name=settings.public_host, timeouts=timeouts, pace=pace)


class Relays:
    """The relays in order of preference: each stands in when those before cannot be reached."""

    def __init__(
        self,
        senders: list[RelaySender],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        avoid_for: float = AVOID_FOR,
    ) -> None:
        """:param avoid_for: 0 where the sender itself knows when to try again."""
        self._senders = senders
        self._monotonic = monotonic
        self._avoid_for = avoid_for
        self._avoid: dict[int, tuple[float, Outcome]] = {}

    def send(self, envelope_from: str, recipient: str, content: bytes) -> list[Outcome]:
        """What each relay that was asked said; the last one's word counts."""
        outcomes = []
        for index, sender in enumerate(self._senders):
            outcome = self._avoided(index) or sender.send(envelope_from, recipient, content)
            outcomes.append(outcome)
            if outcome.kind != RelayResult.UNREACHABLE:
                self._avoid.pop(index, None)
                break
            self._avoid.setdefault(index, (self._monotonic() + self._avoid_for, outcome))
        return outcomes

    def abort(self) -> None:
        """Cut off the exchange that another thread is in."""
        for sender in self._senders:
            sender.abort()

    def close(self) -> None:
        """End the kept connections."""
        for sender in self._senders:
            sender.close()

    def _avoided(self, index: int) -> Outcome | None:
        until, outcome = self._avoid.get(index, (0.0, None))
        if outcome and self._monotonic() >= until:
            del self._avoid[index]
            return None
        return outcome


class CaptureRelay:
    """Writes mails into a Maildir instead of sending them, as the last server would file them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def send(self, envelope_from: str, recipient: str, content: bytes) -> Outcome:
        """File the mail: written in ``tmp``, then renamed into ``new``, so never half there."""
        self._count += 1
        name = f"{time.time():.6f}.P{os.getpid()}Q{self._count}.postdesk"
        trace = f"Return-Path: <{envelope_from}>\nDelivered-To: {recipient}\n".encode()
        filed = trace + content.replace(b"\r\n", b"\n")
        try:
            try:
                self._file(name, filed)
            except FileNotFoundError:
                for sub in ("tmp", "new", "cur"):
                    (self._folder / sub).mkdir(parents=True, exist_ok=True)
                self._file(name, filed)
        except OSError as problem:
            return Outcome(
                RelayResult.UNREACHABLE, "capture", text=f"{self._folder}: {problem.strerror}"
            )
        return Outcome(RelayResult.SENT, "capture", code=250, text=f"kept as sent/new/{name}")

    def _file(self, name: str, filed: bytes) -> None:
        scratch = self._folder / "tmp" / name
        scratch.write_bytes(filed)
        scratch.rename(self._folder / "new" / name)

    def abort(self) -> None:
        """Nothing here takes long."""

    def close(self) -> None:
        """Nothing is kept open."""


class SmtpRelay:
    """An SMTP server that takes our mail (RFC 5321), with or without TLS from the first byte."""

    def __init__(
        self,
        relay: Relay,
        *,
        own_name: str,
        timeouts: Timeouts,
        pace: Pace | None = None,
        token: Tokens | None = None,
    ) -> None:
        """:param token: where an access token is given instead of a password."""
        self._relay = relay
        self._own_name = helo_name(own_name)
        self._timeouts = timeouts
        self._pace = pace or Pace(0)
        self._token = token
        self._session: RelaySession | None = None
        self._sent = 0

    def send(self, envelope_from: str, recipient: str, content: bytes) -> Outcome:
        """Hand over one mail, over the kept connection where that still stands."""
        mail = _Mail(envelope_from, recipient, content)
        if not self._pace.wait():
            words = "we were stopped before its turn came"
            return Outcome(RelayResult.UNREACHABLE, self._relay.name, text=words)
        if self._sent >= MOST_MAILS_A_CONNECTION:
            self.close()
        if self._session is not None:
            outcome = self._hand_over(self._session, mail, kept=True)
            if outcome:
                return outcome
        try:
            session = self.connect()
        except RelayUnreachable as problem:
            self._drop()
            return Outcome(
                RelayResult.UNREACHABLE,
                self._relay.name,
                code=problem.code,
                text=str(problem),
                fault=problem.fault,
            )
        outcome = self._hand_over(session, mail, kept=False)
        assert outcome is not None
        return outcome

    def abort(self) -> None:
        """Shut the socket down under whoever waits on it."""
        self._pace.stop()
        session = self._session
        if session:
            session.shut_down()

    def close(self) -> None:
        """Say goodbye, where that is quick."""
        session, self._session, self._sent = self._session, None, 0
        if session:
            session.quit()

    def _hand_over(self, session: RelaySession, mail: _Mail, *, kept: bool) -> Outcome | None:
        """One transaction. None where the relay had ended a kept connection meanwhile."""
        if mail.needs_utf8 and not session.offers("smtputf8"):
            words = "it takes no addresses beyond ASCII (no SMTPUTF8)"
            return self._outcome(RelayResult.FAILED, None, words, session)
        try:
            reply = session.begin(mail.begin(with_size=session.offers("size")))
            if kept and reply.code == 421:
                raise ConnectionLost("it ended the session")
        except ConnectionLost as problem:
            self._drop()
            return (
                None if kept else self._outcome(RelayResult.DEFERRED, None, str(problem), session)
            )
        return self._go_on(session, reply, mail)

    def _go_on(self, session: RelaySession, begun: Reply, mail: _Mail) -> Outcome:
        """The transaction after MAIL FROM: every refusal and every loss has its own meaning."""
        try:
            for reply in chain([begun], session.until_data(wire_address(mail.recipient))):
                if not reply.positive:
                    return self._refused(session, reply, of_sender=reply is begun)
            session.send_content(mail.content)
        except ConnectionLost as problem:
            self._drop()
            return self._outcome(RelayResult.DEFERRED, None, str(problem), session)
        try:
            reply = session.final_reply()
        except ConnectionLost as problem:
            self._drop()
            return self._outcome(
                RelayResult.UNCERTAIN, None, f"after the last byte: {problem}", session
            )
        if not reply.positive:
            return self._refused(session, reply)
        self._sent += 1
        return self._outcome(RelayResult.SENT, reply.code, reply.text, session)

    def _refused(self, session: RelaySession, reply: Reply, *, of_sender: bool = False) -> Outcome:
        try:
            if reply.code == 421:
                raise ConnectionLost("it ended the session")
            session.reset()
        except ConnectionLost:
            self._drop()
        final = 500 <= reply.code < 600 and reply.code not in _WANTS_CREDENTIALS
        outcome = self._outcome(
            RelayResult.FAILED if final else RelayResult.DEFERRED, reply.code, reply.text, session
        )
        fault = fault_of_refusal(reply.code, reply.text, of_sender=of_sender)
        return replace(outcome, fault=fault) if fault else outcome

    def _outcome(
        self, kind: RelayResult, code: int | None, text: str, session: RelaySession
    ) -> Outcome:
        return Outcome(kind, self._relay.name, session.tls, code, text)

    def _drop(self) -> None:
        session, self._session, self._sent = self._session, None, 0
        if session:
            session.shut_down()

    def connect(self) -> RelaySession:
        """A new connection, over which a mail may be handed over.

        :raises RelayUnreachable: where there is none to be had.
        """
        if self._token is None:
            return self._connected(self._relay)
        return by_token(self._relay, self._token, self._connected)

    def _connected(self, relay: Relay) -> RelaySession:
        self._drop()
        session = RelaySession(self._timeouts, self._own_name)
        self._session = session  # abort() reaches it now
        open_session(relay, session)
        return session


@dataclass(frozen=True)
class _Mail:
    envelope_from: str
    recipient: str
    content: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether a local part goes beyond ASCII (RFC 6531)."""
        local_parts = (a.rpartition("@")[0] for a in (self.envelope_from, self.recipient))
        return not all(local.isascii() for local in local_parts)

    def begin(self, *, with_size: bool) -> str:
        sender = wire_address(self.envelope_from) if self.envelope_from else ""
        line = f"MAIL FROM:<{sender}>"
        if with_size:
            line += f" SIZE={len(self.content)}"
        return line + " BODY=8BITMIME SMTPUTF8" if self.needs_utf8 else line
