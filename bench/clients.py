"""Mail clients: several at once, each on a kept connection, bounded in number and time."""

from __future__ import annotations

import itertools
import queue
import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bench.mails import MAILBOX, Mail


@dataclass
class Sent:
    """What became of a burst."""

    accepted: list[str] = field(default_factory=list)
    """Message-IDs, one an acknowledged hand-over; a mail that was sent again may stand twice."""
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    """Message-ID, code and words of a permanent refusal."""
    retries: int = 0
    seconds: float = 0.0


def send(
    mails: Sequence[Mail],
    port: int | Sequence[int],
    *,
    clients: int = 10,
    within: float = 120,
    pause: Callable[[], None] | None = None,
    source: str = "127.0.0.1",
) -> Sent:
    """Hand every mail over, trying again as a mail server would while it gets no clear answer.

    :param port: where to; of several, who gets no clear answer tries the next, as by MX records.
    :param within: seconds after which the clients give up.
    :param pause: called before each mail, by each client.
    :param source: the address that the clients connect from.
    """
    waiting: queue.SimpleQueue[Mail] = queue.SimpleQueue()
    for mail in mails:
        waiting.put(mail)
    sent, lock = Sent(), threading.Lock()
    began = time.monotonic()
    workers = [
        threading.Thread(
            target=_Client(turns, waiting, sent, lock, began + within, pause, source).run,
            daemon=True,
        )
        for turns in (_from(port, number) for number in range(clients))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(within + 30)
    sent.seconds = time.monotonic() - began
    return sent


def _from(port: int | Sequence[int], number: int) -> Iterator[int]:
    """The ports in turn, without end; each client begins with another one."""
    ports = [port] if isinstance(port, int) else list(port)
    return itertools.islice(itertools.cycle(ports), number % len(ports), None)


@dataclass
class _Client:
    ports: Iterator[int]
    waiting: queue.SimpleQueue[Mail]
    sent: Sent
    lock: threading.Lock
    until: float
    pause: Callable[[], None] | None
    source: str
    connection: smtplib.SMTP | None = None

    def run(self) -> None:
        while time.monotonic() < self.until:
            try:
                mail = self.waiting.get_nowait()
            except queue.Empty:
                break
            if self.pause:
                self.pause()
            while time.monotonic() < self.until and not self._hand_over(mail):
                with self.lock:
                    self.sent.retries += 1
                time.sleep(0.05)
        if self.connection:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.quit()

    def _hand_over(self, mail: Mail) -> bool:
        """Whether the mail is done with: accepted, or refused for good."""
        try:
            if self.connection is None:
                self.connection = smtplib.SMTP(
                    "127.0.0.1", next(self.ports), timeout=10, source_address=(self.source, 0)
                )
            self.connection.sendmail(mail.sender, [MAILBOX], mail.content)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
            code, words = _answer(refusal)
            if 500 <= code < 600:
                with self.lock:
                    self.sent.refused.append((mail.message_id, code, words))
                return True
            self._drop()
            return False
        except (OSError, smtplib.SMTPException):
            self._drop()
            return False
        with self.lock:
            self.sent.accepted.append(mail.message_id)
        return True

    def _drop(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None


def _answer(refusal: smtplib.SMTPException) -> tuple[int, str]:
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(refusal.recipients.values()))
        return code, words.decode(errors="replace")
    assert isinstance(refusal, smtplib.SMTPResponseException)
    return refusal.smtp_code, str(refusal.smtp_error)


def greets(port: int) -> bool:
    """Whether a mail server answers there."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=2) as client:
            return client.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
