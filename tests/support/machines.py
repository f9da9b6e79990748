"""Machines of a shop, each with a data folder of its own, that run a part each.

They share a database, a Redis and a store; each is told apart by its data folder, as machines are.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.nursery import Started
from tests.support.process_tree import tree
from tests.support.running import RunningPostdesk
from tests.support.s3_server import VARIABLES


@dataclass
class Machines:
    """The machines of the shop, by name; each runs one part."""

    folder: Path
    settings: dict[str, str]
    made: dict[str, RunningPostdesk] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes] | Started] = field(default_factory=dict)

    def start(self, name: str, part: str, off: str = "") -> RunningPostdesk:
        """Start a part on a machine, or start it again.

        :param off: how far off its clock is, such as ``+3h``.
        """
        machine = self.made.get(name) or RunningPostdesk(
            self.folder / name, GATEWAY=name, **self.settings
        )
        machine.environment |= dict(VARIABLES)
        if off:
            machine.nursery = None  # what is forked keeps the clock that it began with
            machine.environment |= with_clock(off, self.folder / "sleeps")
        self.made[name] = machine
        machine.folder.mkdir(exist_ok=True)
        self.processes[name] = machine.begin(part)
        return machine

    def lose(self, name: str) -> None:
        """Have a machine lose its power."""
        process, _ = self.processes.pop(name), self.made.pop(name)
        for one in tree(process.pid):
            os.kill(one.pid, signal.SIGKILL)
        process.wait(20)

    def close(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(20)

    def ledgers(self) -> dict[str, dict[str, Any]]:
        """The ledger as each machine tells it, less which of the gateways are others'."""
        told = {name: machine.ledger() for name, machine in self.made.items()}
        for one in told.values():
            one.pop("elsewhere", None)
        return told


def with_clock(off: str, folder: Path) -> dict[str, str]:
    """What has a program see another time of day; what only goes on, it sees as it is.

    The library takes the one call by which Python sleeps for one that it has to set right.
    """
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    folder.mkdir(exist_ok=True)
    sleeps = (
        "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds)[3:]"
    )
    (folder / "sitecustomize.py").write_text(sleeps)
    preloaded = {"LD_PRELOAD": str(library), "FAKETIME": off, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {**preloaded, "PYTHONPATH": str(folder)}


def knows(machine: RunningPostdesk, address: str) -> bool:
    """Whether it takes mail for this address."""
    with smtplib.SMTP("127.0.0.1", machine.smtp_port, timeout=5) as client:
        client.ehlo()
        client.mail("someone@mail.example")
        return client.rcpt(address)[0] == 250


def ready(web: RunningPostdesk) -> tuple[int, dict[str, str]]:
    """What ``/readyz`` says there: the status, and the report."""
    try:
        with urllib.request.urlopen(f"{web.url}/readyz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)
    except OSError:
        return 0, {}
