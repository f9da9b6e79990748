"""A shop's whole day at once, at rates that do not give way: mails, staff, customers, streams.

``python -m bench.load`` sends 20 mails a second by 50 SMTP clients and asks for 20 pages a second,
of 20 staff and 200 customers, beside 500 open streams, for ten minutes. Each is due at its time,
whether the one before is done or not, and its latency counts from then: who waits for a slow
server would otherwise ask it less (coordinated omission). Acknowledgements leave meanwhile.

``--until-it-bends`` goes on with higher rates, a minute each, until something gives way. The one
who asks lives on the same machine, and takes its part of the processors.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import queue
import random
import smtplib
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import select

from bench.browser import Browser
from bench.file import count_unsent
from bench.listeners import Listeners, dismiss, sign_in_many
from bench.mails import MAILBOX, Mail, mixed, new_mails
from bench.memory import Meter
from bench.prepared import Prepared, prepared
from helpdesk.db import Database, connect
from helpdesk.links import tracking_token
from helpdesk.models import InboundMail, Ticket
from helpdesk.settings import load
from tests.support.process_tree import cpu_seconds
from tests.support.servers import wait_until

CLIENTS, STAFF, CUSTOMERS, STREAMS = 50, 20, 200, 500
MAILS, PAGES = 20.0, 20.0
BY_STAFF = 0.6
"""This part of the pages is asked for by staff, the rest by customers."""
HEEDED = 20
"""So many of the streams are read, so that who asks does not take the processors itself."""
STEPS = (1.5, 2.0, 3.0, 4.0, 6.0)
BENT = 1.0
"""Seconds: of what takes longer than this, in 5 of 100, the rate is more than the machine does."""
WORDS = ("kettle", "parcel", "refund voucher", "is:open lamp", "never arrived", "customer")


@dataclass
class Kind:
    """What is done again and again, and how it went."""

    name: str
    rate: float
    act: Callable[[], None]
    workers: int
    took: list[float] = field(default_factory=list)
    """Seconds from when each was due until it was done."""
    wrong: list[str] = field(default_factory=list)

    def run(self, begun: float, seconds: float) -> list[threading.Thread]:
        """What was due from ``begun`` (``time.monotonic``) on, in threads that end when it is done.

        How many that are is decided by the rate alone, however late the threads begin.
        """
        lock = threading.Lock()
        dues = itertools.takewhile(
            lambda due: due < begun + seconds,
            (begun + at / self.rate for at in itertools.count()),
        )

        def work() -> None:
            while True:
                with lock:
                    due = next(dues, None)
                if due is None:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                try:
                    self.act()
                except (OSError, AssertionError, smtplib.SMTPException) as problem:
                    self.wrong.append(f"{type(problem).__name__}: {str(problem)[:200]}")
                else:
                    self.took.append(time.monotonic() - due)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        return threads

    def cuts(self) -> tuple[float, float, float]:
        """Half, 95 and 99 of 100, in milliseconds."""
        return _cuts(self.took)


def _cuts(seconds: Sequence[float]) -> tuple[float, float, float]:
    if len(seconds) < 2:
        return (float("nan"),) * 3
    cut = statistics.quantiles(seconds, n=100)
    return cut[49] * 1000, cut[94] * 1000, cut[98] * 1000


class Mailers:
    """Fifty SMTP clients, each with a connection that it keeps."""

    def __init__(self, port: int) -> None:
        self.taken: dict[str, float] = {}
        """When each mail was answered with 250, by its Message-ID."""
        self._port, self._own, self._lock = port, threading.local(), threading.Lock()
        self._mails = self._made(f"load{time.time_ns()}")

    def _made(self, run: str) -> Iterator[Mail]:
        parents = new_mails(50, run)
        yield from parents
        for block in itertools.count():
            yield from mixed(100, f"{run}-{block}", parents)

    def send_one(self) -> None:
        with self._lock:
            mail = next(self._mails)
        if not hasattr(self._own, "connection"):
            self._own.connection = smtplib.SMTP("127.0.0.1", self._port, timeout=20)
        try:
            self._own.connection.sendmail(mail.sender, [MAILBOX], mail.content)
        except BaseException:
            self._own.connection.close()
            del self._own.connection
            raise
        self.taken[mail.message_id.strip("<>")] = time.monotonic()


class Readers:
    """Browsers that take turns, each with a connection of its own."""

    def __init__(self, browsers: Sequence[tuple[Browser, Callable[[], str]]]) -> None:
        self._free: queue.SimpleQueue[tuple[Browser, Callable[[], str]]] = queue.SimpleQueue()
        for one in browsers:
            self._free.put(one)

    def read_one(self) -> None:
        browser, path = self._free.get()
        try:
            browser.get(path())
        finally:
            self._free.put((browser, path))


def _staff(ready: Prepared, cookies: Sequence[str], numbers: Sequence[str]) -> Readers:
    chance = random.Random(1)

    def path() -> str:
        kind = chance.randrange(10)
        if kind < 4:
            return chance.choice(("/desk", "/desk?view=open", "/desk?view=all"))
        if kind < 8:
            return f"/desk/t/{chance.choice(numbers)}"
        return f"/desk?view=all&q={chance.choice(WORDS).replace(' ', '+')}"

    return Readers([(Browser(ready.postdesk.web_port, cookie), path) for cookie in cookies])


def _customers(ready: Prepared, database: Database, count: int) -> Readers:
    secret = load(ready.postdesk.environment).secret_key
    statement = select(Ticket.id, Ticket.link_generation, Ticket.requester_id)
    with database.reading() as session:
        rows = session.execute(statement.order_by(Ticket.id.desc()).limit(count)).all()
    paths = [f"/t/{tracking_token(secret, *row)}" for row in rows]
    return Readers([(Browser(ready.postdesk.web_port), lambda path=path: path) for path in paths])  # type: ignore[misc]


def _listen(port: int, cookies: list[str], end: Connection) -> None:
    """Streams in a process of their own; in the end it tells what those that were read told."""
    listeners = Listeners(port, cookies, heeded=HEEDED)
    with listeners.listening():
        wait_until("all are open", lambda: listeners.opened == len(cookies), seconds=120)
        end.send(listeners.opened)
        end.recv()
    end.send(listeners.told)


@contextmanager
def streaming(port: int, cookies: list[str]) -> Iterator[Callable[[], dict[str, list[float]]]]:
    """Open the streams; what is given ends them, and returns when each told of which ticket."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_listen, args=(port, cookies, there), daemon=True
    )
    process.start()
    there.close()  # so that one hears where it ends early
    opened = here.recv()
    assert opened == len(cookies), opened

    def end() -> dict[str, list[float]]:
        here.send("end")
        told: dict[str, list[float]] = here.recv()
        return told

    yield end
    process.join(30)


class Memory:
    """What all processes hold, in MB, looked at again and again."""

    def __init__(self, roots: Sequence[int]) -> None:
        self.samples: list[float] = []
        self._meters = [Meter(root) for root in roots]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over.wait(5):
            self.samples.append(sum(sum(meter.now().values()) for meter in self._meters))

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()

    def by_quarters(self) -> list[float]:
        """The middle of each quarter of the time; of few samples the last one alone."""
        size = len(self.samples) // 4
        if not size:
            return self.samples[-1:]
        parts = (self.samples[at * size : (at + 1) * size] for at in range(4))
        return [statistics.median(part) for part in parts]


@dataclass
class Loaded:
    """How one spell went; times in milliseconds."""

    times: float
    kinds: list[Kind]
    arrived: tuple[float, float, float]
    """From a mail's 250 until an open page was told of its ticket."""
    memory: list[float]
    cpu: float
    """Processors that all of Postdesk took, its database with it."""
    caught_up_s: float
    """How long after the last mail all were filed and answered."""
    lost: int

    def print(self) -> None:
        print(f"\n{self.times:g} times the rates")
        print(f"  {'':28}{'a second':>9}{'done':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}  wrong")
        for kind in self.kinds:
            figures = "".join(f"{cut:9.1f}" for cut in kind.cuts())
            print(f"  {kind.name:28}{kind.rate:9.1f}{len(kind.took):8}{figures}  {len(kind.wrong)}")
        figures = "".join(f"{cut:9.1f}" for cut in self.arrived)
        print(f"  {'250 to the open page':28}{'':17}{figures}")
        print(f"  memory by quarters, MB: {', '.join(f'{mb:.0f}' for mb in self.memory)}")
        print(f"  processors: {self.cpu:.2f}; all done {self.caught_up_s:.1f} s later; ", end="")
        print(f"lost {self.lost}", flush=True)
        for kind in self.kinds:
            for words in sorted(set(kind.wrong))[:3]:
                print(f"  {kind.name}: {words}")

    def bends(self) -> str:
        """What gave way; "" where nothing did."""
        for kind in self.kinds:
            if kind.wrong or not kind.cuts()[1] < BENT * 1000:
                return kind.name
        return "250 to the open page" if self.arrived[1] > BENT * 1000 else ""


@dataclass(frozen=True)
class Load:
    """A running Postdesk, and all who ask it."""

    ready: Prepared
    database: Database
    cookies: list[str]
    staff: Readers
    customers: Readers

    def spell(self, times: float, seconds: float) -> Loaded:
        """So many times the rates, for so many seconds, until all that came is done."""
        postdesk, mailers = self.ready.postdesk, Mailers(self.ready.postdesk.smtp_port)
        kinds = [
            Kind("mails, to their 250", MAILS * times, mailers.send_one, CLIENTS),
            Kind("pages of staff", PAGES * BY_STAFF * times, self.staff.read_one, STAFF),
            Kind("pages of customers", PAGES * (1 - BY_STAFF) * times, self.customers.read_one, 40),
        ]
        print(f"{times:g} times the rates for {seconds:g} s: opening streams", flush=True)
        with streaming(postdesk.web_port, self.cookies) as end_streams:
            print("  all are open", flush=True)
            memory = Memory(self.ready.roots)
            with memory.watching():
                before, began = cpu_seconds(*self.ready.roots), time.monotonic()
                threads = [one for kind in kinds for one in kind.run(began, seconds)]
                for thread in threads:
                    thread.join(seconds + 120)
                spent = (cpu_seconds(*self.ready.roots) - before) / (time.monotonic() - began)
                ended = time.monotonic()
                print("  ended; what came is worked off", flush=True)
                wait_until("all is done", self._is_done, seconds=600)
                caught_up = time.monotonic() - ended
            told = end_streams()
        arrived, lost = self._arrivals(mailers.taken, told)
        return Loaded(
            times, kinds, _cuts(arrived), memory.by_quarters(), spent, caught_up, lost
        )  # fmt: skip

    def _is_done(self) -> bool:
        time.sleep(0.2)
        return not self.ready.postdesk.ledger()["waiting"] and not count_unsent(self.database)

    def _arrivals(
        self, taken: dict[str, float], told: dict[str, list[float]]
    ) -> tuple[list[float], int]:
        """Seconds from each mail's 250 to the page that was told last, and how many are nowhere."""
        statement = select(InboundMail.message_id, Ticket.number)
        statement = statement.join(Ticket, Ticket.id == InboundMail.ticket_id)
        since = select(InboundMail.id).order_by(InboundMail.id.desc()).limit(len(taken) + 1000)
        with self.database.reading() as session:
            rows = session.execute(statement.where(InboundMail.id.in_(since))).all()
        numbers = {message_id: number for message_id, number in rows if message_id in taken}
        first: dict[str, float] = {}
        for message_id, number in numbers.items():
            first[number] = min(first.get(number, taken[message_id]), taken[message_id])
        late = [max(told[number]) - at for number, at in first.items() if told.get(number)]
        return late, len(taken) - len(numbers)


@contextmanager
def loading(kind: str, tickets: int, keep: Path | None) -> Iterator[Load]:
    """A Postdesk on ``sqlite`` or ``postgresql`` with so many tickets, and who asks it."""
    with ExitStack() as stack:
        ready = stack.enter_context(prepared(kind, tickets, keep))
        database = connect(load(ready.postdesk.environment))
        stack.callback(database.dispose)
        cookies = sign_in_many(ready, database, STREAMS)
        stack.callback(dismiss, database)
        numbers = [number for _, number in ready.in_view(30)]
        staff = _staff(ready, cookies[:STAFF], numbers)
        customers = _customers(ready, database, CUSTOMERS)
        stack.enter_context(ready.postdesk)
        yield Load(ready, database, cookies, staff, customers)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--database", default="sqlite", help="sqlite or postgresql")
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--until-it-bends", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder where seeded tickets stay")
    options = parser.parse_args()
    with loading(options.database, options.tickets, options.keep) as under_load:
        under_load.spell(0.25, 20)  # what is compiled and cached at first
        done = under_load.spell(1, options.minutes * 60)
        done.print()
        for times in STEPS if options.until_it_bends else ():
            if done.bends():
                break
            done = under_load.spell(times, 60)
            done.print()
        if done.bends():
            print(f"\nat {done.times:g} times the rates what gives way first is: {done.bends()}")


if __name__ == "__main__":
    main()
