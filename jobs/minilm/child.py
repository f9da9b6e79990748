"""What runs in the model's process: a line of texts in, a line of vectors out."""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from jobs.minilm.process import encoded

MEMORY = 1024**3
NICE = 10
"""Mail goes first."""


def serve(folder: Path, idle: float) -> None:
    """Tell what texts mean, until none came for a while or the other side is gone.

    :param folder: of the model.
    :param idle: seconds.
    """
    network = None
    for line in _lines(idle):
        try:
            if network is None:
                from jobs.minilm.network import Network

                network = Network(folder)
            answer = encoded([network.vector(text) for text in json.loads(line)])
        except Exception as problem:
            answer = json.dumps({"error": f"{type(problem).__name__}: {problem}"[:300]})
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def _lines(idle: float) -> Iterator[bytes]:
    read = b""
    while True:
        while b"\n" in read:
            line, _, read = read.partition(b"\n")
            yield line
        readable, _, _ = select.select([0], [], [], idle)
        got = os.read(0, 65_536) if readable else b""
        if not got:
            return
        read += got


def _main() -> None:
    import resource

    with suppress(OSError):  # a unit of systemd may forbid it
        os.nice(NICE)
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))
    serve(Path(sys.argv[1]), float(sys.argv[2]))


if __name__ == "__main__":
    _main()
