"""Let the relay refuse, hang, drop and be away while answers leave; then count what became of them.

Run by ``python -m bench.faults``. Most rows have a worker of their own, as an operator starts it,
and the real clock. Two would last for days or hours: there the same code runs in this process, with
a clock that is set, or with time-outs of two seconds in place of minutes.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import func, select

from bench import outbound
from bench.deliver import fill
from bench.fault_rows import chosen, print_rows
from bench.file import count_unsent
from helpdesk.db import Database, connect
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import DeliveryAttempt, OutboundMail
from helpdesk.queries.conversation import read_comments
from helpdesk.schema import migrate
from helpdesk.settings import load
from helpdesk.submission.session import Timeouts
from jobs.deliver import Deliverer
from jobs.relay import Relays, SmtpRelay
from tests.support.clock import FakeClock
from tests.support.relay import DROP, HANG, ScriptedRelay
from tests.support.servers import Redis, wait_until

WITHIN = 150.0
"""A mail goes again 60 to 75 s after its first try; one that came late in the fault, later."""
GREYLISTED = 30.0
MOST_BAD = 20
"""At most so many mails meet what takes long."""
_SHORT = 2.0
_ANSWER, _NOTICE = TemplateName.COMMENT_ADDED_CUSTOMER, TemplateName.DELIVERY_FAILED_STAFF

Over = Callable[[], bool]
Harm = Callable[[ScriptedRelay, Over], None]
"""Has the relay misbehave, for a while or for good."""


@dataclass(frozen=True)
class Expected:
    """What has to become of the mails."""

    bad: int = 0
    """So many are not to be sent."""
    state: str = ""
    """What these are then."""
    tries: int | None = None
    """How often each is tried in all; None: as often as it takes."""


@dataclass(frozen=True)
class Outcome:
    """What one fault led to."""

    fault: str
    expected: Expected
    mails: int
    states: dict[str, int]
    lost: int
    """Neither taken by the relay nor shown on its comment as failed or uncertain."""
    twice: int
    told: int
    """Notices to the author, put in for those that did not arrive."""
    tries: tuple[int, int]
    """Of the mail that was tried least, and of that tried most."""
    again_s: tuple[float, float] | None
    """The shortest and the longest pause between a mail's first try and its second."""
    recovered_s: float

    @property
    def holds(self) -> bool:
        meant = {"sent": self.mails - self.expected.bad, self.expected.state: self.expected.bad}
        as_meant = self.states == {state: count for state, count in meant.items() if count}
        tried = self.expected.tries in (None, *{self.tries[1]})
        in_time = self.recovered_s <= WITHIN
        told = self.told == self.expected.bad
        return as_meant and tried and in_time and told and not self.lost and not self.twice


def is_bad(recipient: str) -> bool:
    """Every fifth, of the first hundred."""
    name = recipient.partition("@")[0].removeprefix("ann")
    return name.isdigit() and int(name) % 5 == 0 and int(name) < 5 * MOST_BAD


def _count_bad(mails: int) -> int:
    return sum(is_bad(f"ann{n}@example.org") for n in range(mails))


def say(stage: str, words: str) -> Harm:
    """Say so at this stage, to everybody, for as long as the fault lasts."""

    def harm(relay: ScriptedRelay, over: Over) -> None:
        relay.always(stage, words)
        _wait(over)
        relay.always(stage, None)

    return harm


def greylist(relay: ScriptedRelay, over: Over) -> None:
    """Refuse each recipient until half a minute after it was named first."""
    first: dict[str, float] = {}

    def answer(recipient: str) -> str | None:
        known = first.setdefault(recipient, time.monotonic())
        is_known = time.monotonic() - known >= GREYLISTED
        return None if is_known else "451 4.7.1 greylisted, come back later"

    relay.always("rcpt", answer)
    _wait(over)


def go_down(relay: ScriptedRelay, over: Over) -> None:
    """Refuse connections, and be back on the same port."""
    relay.close()
    _wait(over)
    relay.listen()


def treat_some(stage: str, action: object) -> Harm:
    """Do this to every fifth recipient, for good."""

    def harm(relay: ScriptedRelay, over: Over) -> None:
        relay.always(stage, lambda recipient: action if is_bad(recipient) else None)
        _wait(over)

    return harm


def _wait(over: Over) -> None:
    while not over():
        time.sleep(0.1)


REFUSED = "550 5.1.1 no such user"
FAULTS: dict[str, tuple[Harm, str]] = {
    "relay: 421 to all": (say("mail", "421 4.3.2 closing for a while"), ""),
    "relay: 451 to all": (say("rcpt", "451 4.3.0 not just now"), ""),
    "relay: greylists": (greylist, ""),
    "relay: down": (go_down, ""),
    "relay: 550 to each fifth": (treat_some("rcpt", REFUSED), "failed"),
    "relay: drops each fifth after dot": (treat_some("content", DROP), "uncertain"),
}
HANGS, FIVE_DAYS = "relay: hangs at each fifth", "relay: 451 for six days"


def run(name: str, *, mails: int, seed: int = 1) -> Outcome:
    """One fault while so many answers leave."""
    if name == HANGS:
        return _run_hanging(mails)
    if name == FIVE_DAYS:
        return _run_for_days(min(mails, 5 * MOST_BAD))
    harm, state = FAULTS[name]
    redis = Redis()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="postdesk-relay-") as folder,
            ScriptedRelay() as relay,
            outbound.stage_of(Path(folder), redis, relay.url, seed) as stage,
        ):
            ended = outbound.burst(stage, mails, partial(harm, relay))
            with suppress(TimeoutError):
                wait_until(
                    "all is settled", lambda: count_unsent(stage.database) == 0, seconds=WITHIN
                )
            recovered = time.monotonic() - ended
            time.sleep(3 if state else 0)  # more than a sweep: none of them may go again
            bad = _count_bad(mails) if state else 0
            meant = Expected(bad, state, 1 if state else None)
            return _judge(name, stage.database, relay, meant, recovered)
    finally:
        redis.close()


def _run_hanging(mails: int) -> Outcome:
    with _in_hand(partial(datetime.now, UTC)) as (database, relay, deliverer):
        fill(database, mails, now=datetime.now(UTC))
        relay.always("content", lambda recipient: HANG if is_bad(recipient) else None)
        bad = _count_bad(mails)
        began = time.monotonic()
        while deliverer.drain("answers"):
            pass
        recovered = time.monotonic() - began
        return _judge(HANGS, database, relay, Expected(bad, "uncertain", 1), recovered)


def _run_for_days(mails: int) -> Outcome:
    """Nothing is taken for six days: every answer failed after five, and its author is told."""
    clock = FakeClock(datetime.now(UTC))
    with _in_hand(clock) as (database, relay, deliverer):
        fill(database, mails, now=clock())
        relay.always("rcpt", "451 4.3.0 not just now")
        while next_due := _next_due(database):
            clock.now = max(clock.now, next_due)
            deliverer.drain("answers", seconds=600)
        relay.always("rcpt", None)
        began = time.monotonic()
        while deliverer.drain("notifications"):
            pass
        came = [one for one in relay.mails if _is_notice(one.recipient)]
        assert len(came) == mails, f"only {len(came)} of {mails} notices to the author came"
        recovered = time.monotonic() - began
        return _judge(FIVE_DAYS, database, relay, Expected(mails, "failed"), recovered)


def _is_notice(recipient: str) -> bool:
    return not recipient.startswith("ann")


def _next_due(database: Database) -> datetime | None:
    due = select(func.min(OutboundMail.next_attempt_at)).where(
        OutboundMail.template == _ANSWER, OutboundMail.state.in_(("queued", "deferred"))
    )
    with database.reading() as session:
        return session.scalar(due)


@contextmanager
def _in_hand(
    clock: Callable[[], datetime],
) -> Iterator[tuple[Database, ScriptedRelay, Deliverer]]:
    """What sends, in this process, by this clock, with short time-outs."""
    timeouts = Timeouts(*[10.0] * 5, end=_SHORT)
    with (
        tempfile.TemporaryDirectory(prefix="postdesk-relay-") as folder,
        ScriptedRelay() as relay,
    ):
        nowhere = f"unix://{folder}/redis.sock"
        settings = load(outbound.settings_of(Path(folder), nowhere, relay.url))
        database = connect(settings)
        migrate(database)
        sender = SmtpRelay(settings.relay, own_name="localhost", timeouts=timeouts)
        deliverer = Deliverer(settings, database, senders=Relays([sender]), clock=clock)
        try:
            yield database, relay, deliverer
        finally:
            deliverer.close()
            database.dispose()


def _judge(
    name: str, database: Database, relay: ScriptedRelay, expected: Expected, recovered: float
) -> Outcome:
    came = Counter(mail.message_id.strip("<>") for mail in relay.mails)
    with database.reading() as session:
        answers = select(OutboundMail).where(OutboundMail.template == _ANSWER)
        mails = session.scalars(answers.order_by(OutboundMail.id)).all()
        told = session.scalar(select(func.count()).where(OutboundMail.template == _NOTICE)) or 0
        shown = {
            one.id
            for mail in mails
            if mail.state in ("failed", "uncertain") and mail.ticket_id
            for deliveries in read_comments(session, mail.ticket_id).deliveries.values()
            for one in deliveries
            if one.state == mail.state
        }
        tried: dict[int, list[datetime]] = {mail.id: [] for mail in mails}
        attempts = select(DeliveryAttempt.outbound_mail_id, DeliveryAttempt.at)
        for mail_id, at in session.execute(attempts.order_by(DeliveryAttempt.id)):
            if mail_id in tried:
                tried[mail_id].append(at)
        lost = sum(not came[mail.message_id] and mail.id not in shown for mail in mails)
        states = dict(Counter(str(mail.state) for mail in mails))
    pauses = [(at[1] - at[0]).total_seconds() for at in tried.values() if len(at) > 1]
    counts = [len(at) for at in tried.values()]
    return Outcome(
        fault=name,
        expected=expected,
        mails=len(mails),
        states=states,
        lost=lost,
        twice=sum(count > 1 for count in came.values()),
        told=told,
        tries=(min(counts), max(counts)),
        again_s=(min(pauses), max(pauses)) if pauses else None,
        recovered_s=recovered,
    )


def main(mails: int, seed: int, only: str) -> bool:
    """Run those whose name contains ``only``, print a table; whether all held."""
    names = chosen((*FAULTS, HANGS, FIVE_DAYS), only)
    # What is said of a Redis that is away on purpose, and of each mail in this process.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    if names:
        print(f"\n{mails} answers leave by a relay that fails, --seed {seed}\n")
        head = ("fault", "mails", "sent", "failed", "unsure", "lost", "twice", "told", "tries")
        print("{:36}{:>6}{:>6}{:>7}{:>7}{:>5}{:>6}{:>6}{:>7}".format(*head), end="")
        print(f"{'again after':>14}{'back in':>10}")
    return print_rows(names, partial(run, mails=mails, seed=seed), _line)


def _line(o: Outcome) -> str:
    again = f"{o.again_s[0]:.0f}-{o.again_s[1]:.0f} s" if o.again_s else "never"
    tries = str(o.tries[1]) if o.tries[0] == o.tries[1] else f"{o.tries[0]}-{o.tries[1]}"
    sent, failed, unsure = (o.states.get(one, 0) for one in ("sent", "failed", "uncertain"))
    return (
        f"{o.fault:36}{o.mails:>6}{sent:>6}{failed:>7}{unsure:>7}{o.lost:>5}{o.twice:>6}"
        f"{o.told:>6}{tries:>7}{again:>14}{o.recovered_s:>8.1f} s"
    )
