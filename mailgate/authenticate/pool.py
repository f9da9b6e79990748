"""The checks as the filer uses them: in threads of their own, 16 mails at a time, 4 s a mail."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import replace

import structlog

from helpdesk.settings import Settings
from helpdesk.vocabulary import Verdict
from mailgate.authenticate import front, own_checks
from mailgate.authenticate.domains import domain_of
from mailgate.authenticate.message import Message, split
from mailgate.authenticate.resolver import DnsResolver, Lookups, Resolver
from mailgate.authenticate.verdict import Authentication
from mailgate.parse.certified import is_provider
from mailgate.parse.mail import ParsedMail
from mailgate.spool.spool import Envelope

log = structlog.get_logger(__name__)

AT_A_TIME = 16
SECONDS = 4.0
MOST_WAITING = 256
"""Beyond that many mails whose check is not done, more are not checked: each is kept in memory."""

Raw = bytes | Callable[[], bytes]


class Authenticator:
    """Checks senders the way the settings say. Safe for many threads; :meth:`close` ends it."""

    def __init__(
        self,
        settings: Settings,
        resolver: Resolver | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        :param resolver: DNS as this machine has it, if not given.
        :param clock: seconds, growing evenly.
        """
        self._mode = settings.auth
        self._trusted = settings.trusted_authserv
        self._exempt = settings.smtp_exempt
        self._resolver = resolver or DnsResolver()
        self._sealers = settings.arc_sealers
        self._clock = clock
        self._threads = ThreadPoolExecutor(AT_A_TIME, "authenticate")
        self._lock = threading.Lock()
        self._waiting: deque[tuple[float, Future[Authentication]]] = deque()
        self._open = 0

    def submit(self, raw: Raw, envelope: Envelope, parsed: ParsedMail) -> Future[Authentication]:
        """Begin to check a mail's sender. What needs no look-up is done at once.

        :param raw: the raw mail, or what reads it: that of a large mail is not to wait in memory.
        :param parsed: the mail as the reader understood it.
        :returns: never an exception.
        """
        answer: Future[Authentication] = Future()
        at_once = _guarded(lambda: self._at_once(raw, envelope, parsed))
        if at_once is not None:
            answer.set_result(at_once)
            return answer
        self.expire()
        with self._lock:
            deadline = self._clock() + SECONDS
            crowded = self._open >= MOST_WAITING
            if not crowded:
                self._open += 1
                self._waiting.append((deadline, answer))
        if crowded:
            answer.set_result(_unknown("Too many mails were being checked at the time."))
            return answer
        answer.add_done_callback(self._count_out)
        self._threads.submit(self._check, answer, raw, envelope, parsed, deadline)
        return answer

    def expire(self) -> None:
        """Answer *unknown* for what took too long, whatever the reason. Call it now and then."""
        overdue: list[Future[Authentication]] = []
        with self._lock:
            while self._waiting:
                deadline, answer = self._waiting[0]
                if not answer.done() and deadline > self._clock():
                    break
                self._waiting.popleft()
                overdue.append(answer)
        for answer in overdue:  # its callback takes the lock
            _settle(answer, _unknown("The look-ups took too long."))

    def is_own(self, peer: str) -> bool:
        """Return whether a client is one of our own servers, which bring mail of anybody."""
        return own_checks.is_listed(peer, self._exempt)

    def _count_out(self, _: Future[Authentication]) -> None:
        with self._lock:
            self._open -= 1

    def close(self) -> None:
        """Begin no further checks."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _at_once(self, raw: Raw, envelope: Envelope, parsed: ParsedMail) -> Authentication | None:
        if self._mode == "off":
            return _unknown("Senders are not checked here (POSTDESK_AUTH=off).")
        domain = domain_of(_author(parsed))
        if not domain:
            return Authentication(Verdict.NONE, ("It names no sender with a domain to ask.",))
        if envelope.posted:
            return self._posted(raw, envelope, parsed, domain)
        if self._mode == "front":
            return self._by_front_server(raw, envelope, parsed, domain)
        signed = any(name == "dkim-signature" for name, _ in parsed.headers)
        if signed or own_checks.is_public(envelope.peer, self._exempt):
            return None
        reason = "It carries no signature, and came through a server of our own: nothing to check."
        return Authentication(Verdict.NONE, (reason,), domain=domain, dkim="none")

    def _posted(
        self, raw: Raw, envelope: Envelope, parsed: ParsedMail, domain: str
    ) -> Authentication | None:
        """Of mail that was posted: who brings it says nothing of who wrote it, unless its service
        is believed. A signature can be checked wherever it comes from."""
        if envelope.helo:
            return self._by_word_of(envelope.helo, raw, parsed, domain)
        if self._mode == "front":
            reason = "It was posted, by nobody whose word on its sender is believed."
            return Authentication(Verdict.NONE, (reason,), domain=domain)
        if any(name == "dkim-signature" for name, _ in parsed.headers):
            return None
        reason = "It carries no signature, and was posted: there is nothing to check."
        return Authentication(Verdict.NONE, (reason,), domain=domain, dkim="none")

    def _by_front_server(
        self, raw: Raw, envelope: Envelope, parsed: ParsedMail, domain: str
    ) -> Authentication:
        if not own_checks.is_listed(envelope.peer, self._exempt):
            reason = "It did not come from the front server (POSTDESK_SMTP_EXEMPT)."
            return Authentication(Verdict.NONE, (reason,), domain=domain)
        return self._by_word_of(self._trusted, raw, parsed, domain)

    def _by_word_of(
        self, trusted: str, raw: Raw, parsed: ParsedMail, domain: str
    ) -> Authentication:
        """What this server wrote about the sender."""
        if parsed.certified_by and not is_provider(parsed.certified_by):
            # What the front server found is about who brought it: anybody can bring a mail that
            # says it is from somebody whose own domain would have refused it.
            reason = (
                f"{parsed.certified_by} brought it, who is no known provider of certified mail."
            )
            return Authentication(Verdict.FAIL, (reason,), domain=domain)
        message = split(_bytes(raw))
        sole = _sole_author(message, parsed)
        found = front.evaluate(message, domain, sole_author=sole, trusted=trusted)
        return replace(found, by_front_server=True)

    def _check(
        self,
        answer: Future[Authentication],
        raw: Raw,
        envelope: Envelope,
        parsed: ParsedMail,
        deadline: float,
    ) -> None:
        if not answer.done() and parsed.sender is not None:
            author = _author(parsed)
            _settle(
                answer,
                _guarded(
                    lambda: self._by_ourselves(
                        _bytes(raw), envelope, parsed, domain_of(author), deadline
                    )
                ),
            )

    def _by_ourselves(
        self, raw: bytes, envelope: Envelope, parsed: ParsedMail, domain: str, deadline: float
    ) -> Authentication:
        message = split(raw)
        case = own_checks.Case(
            message,
            envelope,
            domain,
            sole_author=_sole_author(message, parsed),
            public=own_checks.is_public(envelope.peer, self._exempt),
        )
        return own_checks.evaluate(
            case, Lookups(self._resolver, deadline, self._clock), self._sealers
        )


def _bytes(raw: Raw) -> bytes:
    return raw if isinstance(raw, bytes) else raw()


def _author(parsed: ParsedMail) -> str:
    """Whose mail is checked: of certified mail its provider, who vouches for the writer; empty
    where nobody is named."""
    if is_provider(parsed.certified_by):
        return parsed.certified_by
    return parsed.sender.address if parsed.sender else ""


def _sole_author(message: Message, parsed: ParsedMail) -> bool:
    """Whether the header has one author, and the reader took just that one for the sender."""
    author = message.author()
    return author is not None and author.lower() == _author(parsed).lower()


def _unknown(reason: str) -> Authentication:
    return Authentication(Verdict.UNKNOWN, (reason,))


def _settle(answer: Future[Authentication], found: Authentication | None) -> None:
    with contextlib.suppress(InvalidStateError):  # somebody was faster
        answer.set_result(found or _unknown("The check broke off."))


def _guarded(check: Callable[[], Authentication | None]) -> Authentication | None:
    """A check of ours that breaks must stop no mail; it proves nothing either."""
    try:
        return check()
    except Exception as problem:
        log.error("sender_not_checked", exc_info=problem)
        return Authentication(Verdict.NONE, ("The check of its sender broke off.",))
