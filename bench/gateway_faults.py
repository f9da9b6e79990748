"""Stop one of two gateways, its filer, or fill its disk, while mail comes in by both.

Run by ``python -m bench.faults``. Two gateways, two machines for pages and a worker, each with its
own folder, share a PostgreSQL and a Redis; the clients go to the other gateway where one gives no
clear answer, as mail servers do by MX records. While the harm lasts, each machine is asked by
ledger and doctor, and the pages by ``/readyz`` and ``/metrics``: all must name the gateway.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import clients, sink
from bench.burst import Counts, count_burst
from bench.fault_rows import chosen, print_rows
from bench.file import count_unsent
from bench.mails import MAILBOX, Mail, new_mails
from commands.doctor import examine
from helpdesk.db import Database, connect
from helpdesk.settings import load
from mailgate.authenticate.resolver import DnsResolver
from tests.support.machines import Machines, knows, ready
from tests.support.process_tree import find, tree
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL, Redis, wait_until
from tests.support.small_disk import fill, mounted

NAMED_WITHIN = 15.0
RECOVER_WITHIN = 240.0
BAD = "mx2"
_PARTS = {"mx1": "mailgate", BAD: "mailgate", "web1": "web", "web2": "web", "worker1": "worker"}
_SECRET = "0" * 64
_CHECKS = ("door", "filer", "disk", "gateways")


@dataclass
class Stage:
    """The machines, and what they share."""

    machines: Machines
    database: Database
    to: sink.Sink

    def pids(self, words: str = "") -> list[int]:
        """The processes of the gateway that is harmed."""
        root = self.machines.processes[BAD].pid
        return [one.pid for one in (find(root, words) if words else tree(root))]


@dataclass(frozen=True)
class Outcome:
    """What one fault led to."""

    fault: str
    counts: Counts
    named_s: dict[str, float] = field(default_factory=dict)
    """By where it is asked, the seconds until the last machine named the gateway there."""
    recovered_s: float = 0.0
    """From the end of the harm until all was filed and answered, and nothing was named any more."""

    @property
    def holds(self) -> bool:
        named = all(seconds <= NAMED_WITHIN for seconds in self.named_s.values())
        return self.counts.holds and named and self.recovered_s < RECOVER_WITHIN


Fault = Callable[[Stage], Callable[[], None]]
"""Does the harm, and returns what undoes it."""


def freeze(words: str) -> Fault:
    """SIGSTOP of the processes whose command lines contain these words; of all without any."""

    def fault(stage: Stage) -> Callable[[], None]:
        frozen = stage.pids(words)
        assert frozen, f"nothing of {BAD} is {words}"
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        return lambda: [os.kill(pid, signal.SIGCONT) for pid in frozen] and None

    return fault


def fill_disk(stage: Stage) -> Callable[[], None]:
    """Its disk is full."""
    ballast = stage.machines.made[BAD].data_dir / "ballast"
    fill(ballast, leave=64 * 1024)
    return ballast.unlink


FAULTS: dict[str, Fault] = {
    "gateway: one of two stopped": freeze(""),
    "gateway: the filer of one stopped": freeze("only filer"),
    "gateway: the disk of one full": fill_disk,
}


def run(name: str, *, mails: int, seed: int = 1) -> Outcome:
    """One fault under a burst of so many mails from six clients."""
    small = FAULTS[name] is fill_disk
    with (
        tempfile.TemporaryDirectory(prefix="postdesk-gateways-") as folder,
        _stage(Path(folder), small=small) as stage,
    ):
        return _run(name, stage, new_mails(mails, f"gateway{seed}"))


@contextmanager
def _stage(folder: Path, *, small: bool) -> Iterator[Stage]:
    with ExitStack() as stack:
        postgresql, redis = PostgreSQL(), Redis()
        stack.callback(postgresql.close)
        stack.callback(redis.close)
        to = stack.enter_context(sink.running())
        settings = {
            "DATABASE_URL": postgresql.url(),
            "REDIS_URL": redis.url,
            "RELAY_URL": to.url,
            "BLOB_URL": str(folder / "blobs"),
            "SECRET_KEY": _SECRET,
            "METRICS_TOKEN": _SECRET,
            "SMTP_SIZE": str(1024 * 1024),
        }
        if small:
            stack.enter_context(mounted(folder / BAD, mib=64))
        machines = Machines(folder, settings)
        stack.callback(machines.close)
        first = RunningPostdesk(folder / "web1", GATEWAY="web1", **settings)
        first.folder.mkdir()
        first.command("migrate")
        for one, part in _PARTS.items():
            machines.start(one, part)
        made = machines.made
        made["web1"].command("mailbox", "add", MAILBOX)
        for one in ("mx1", BAD):
            wait_until(f"{one} serves", made[one].takes_connections, seconds=150)
            wait_until(f"{one} knows it", lambda one=one: knows(made[one], MAILBOX), seconds=150)
        stage = Stage(machines, connect(load(first.environment)), to)
        stack.callback(stage.database.dispose)
        wait_until("all is well", lambda: _is_well(stage), seconds=150)
        yield stage


def _run(name: str, stage: Stage, mails: list[Mail]) -> Outcome:
    made = stage.machines.made
    ports = [made[one].smtp_port for one in ("mx1", BAD)]
    pace = max(0.01, 6 * 12 / len(mails))
    sent: list[clients.Sent] = []

    def burst() -> None:
        pause = lambda: time.sleep(pace)  # noqa: E731
        sent.append(clients.send(mails, ports, clients=6, pause=pause, within=150))

    sending = threading.Thread(target=burst, daemon=True)
    sending.start()
    time.sleep(2)
    undo = FAULTS[name](stage)
    try:
        named = _time_naming(stage)
    finally:
        undo()
    ended = time.monotonic()
    sending.join()
    with suppress(TimeoutError):
        wait_until("all is well", lambda: _is_well(stage), seconds=RECOVER_WITHIN)
    recovered = time.monotonic() - ended
    balance = made["web1"].ledger()["difference"]
    counts = count_burst(stage.database, stage.to, mails, sent[0], balance)
    return Outcome(name, counts, named, recovered)


def _time_naming(stage: Stage) -> dict[str, float]:
    """Ask all again and again, until each names the gateway; by question, when the last one did."""
    began = time.monotonic()
    waiting = {(where, name) for where, one in _ASKED.items() for name in one.machines}
    named: dict[str, float] = {}
    while waiting and time.monotonic() - began < 4 * NAMED_WITHIN:
        for where, name in sorted(waiting):
            if _ASKED[where].names(stage, name):
                waiting.discard((where, name))
                named[where] = time.monotonic() - began
        time.sleep(0.1)
    return named | {where: float("inf") for where, _ in waiting}


def _is_well(stage: Stage) -> bool:
    try:
        ledger = stage.machines.made["web1"].ledger()
        unsettled = ledger["waiting"] or ledger["difference"] or count_unsent(stage.database)
    except Exception:
        return False  # it is not back yet
    every = ((where, name) for where, one in _ASKED.items() for name in one.machines)
    return not unsettled and not any(_ASKED[where].names(stage, name) for where, name in every)


@dataclass(frozen=True)
class _Asked:
    names: Callable[[Stage, str], bool]
    """Whether a machine names the gateway that is harmed."""
    machines: tuple[str, ...]


def _ready_names(stage: Stage, name: str) -> bool:
    report = ready(stage.machines.made[name])[1]
    return any(BAD in words for key, words in report.items() if key != "status")


def _metrics_name(stage: Stage, name: str) -> bool:
    url, header = f"{stage.machines.made[name].url}/metrics", f"Bearer {_SECRET}"
    asked = urllib.request.Request(url, headers={"Authorization": header})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        told = answer.read().decode()
    up = f'postdesk_gateway_up{{gateway="{BAD}"}} 0.0'
    full = f'postdesk_gateway_disk_full{{gateway="{BAD}"}} 1.0'
    return up in told or full in told


def _ledger_names(stage: Stage, name: str) -> bool:
    return BAD in stage.machines.made[name].ledger().get("troubles", {})


def _doctor_names(stage: Stage, name: str) -> bool:
    """On its own machine the doctor names the part, or the disk."""
    settings = load(stage.machines.made[name].environment)
    found = examine(settings, DnsResolver(), (), lambda check: check in _CHECKS)
    about = ("door", "filer", "disk") if name == BAD else (f"gateway {BAD}",)
    return any(one.state == "fail" and one.name in about for one in found)


_EVERY = tuple(_PARTS)
_WEBS = ("web1", "web2")
_ASKED = {
    "/readyz": _Asked(_ready_names, _WEBS),
    "/metrics": _Asked(_metrics_name, _WEBS),
    "ledger": _Asked(_ledger_names, _EVERY),
    "doctor": _Asked(_doctor_names, _EVERY),
}


def main(mails: int, seed: int, only: str) -> bool:
    """Run those whose name contains ``only``, print a table; whether all held."""
    names = chosen(FAULTS, only)
    if names:
        print(f"\n{mails} mails come in by two gateways, one of them in trouble, --seed {seed}\n")
        head = ("fault", "accepted", "lost", "twice", "ledger", "no ack", "2 acks", *_ASKED)
        print("{:36}{:>9}{:>6}{:>7}{:>8}{:>8}{:>8}{:>9}{:>10}{:>9}{:>9}".format(*head), end="")
        print(f"{'back in':>10}")
    return print_rows(names, partial(run, mails=mails, seed=seed), _line)


def _line(o: Outcome) -> str:
    named = "".join(f"{o.named_s[where]:>7.1f} s" for where in _ASKED)
    c = o.counts
    return (
        f"{o.fault:36}{c.accepted:>9}{c.lost:>6}{c.filed_twice:>7}{c.unbalanced:>8}"
        f"{c.unanswered:>8}{c.answered_differently:>8}{named}{o.recovered_s:>8.1f} s"
    )
