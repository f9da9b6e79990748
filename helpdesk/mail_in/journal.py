"""The gateway's journal, as those read it who only count: which mails were ever accepted.

One file an hour (UTC), ``2026112310.log``, holds one record of fixed length a mail: its spool name
and a newline. So an hour's count is its size divided by the length of a record, and a tail torn by
a power cut is not counted. Older files are folded into ``counts.json``. The gateway alone writes
them (``mailgate.spool.journal``); what it counts is compared with the rows of the database.

What another gateway took over is accepted there: its names stand in ``handed-over``, and count here
no more, also where this gateway comes back. One that it then takes over from there in its turn
stands in the journal once more, and counts here again.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

NAME_LENGTH = 33
RECORD_LENGTH = NAME_LENGTH + 1
HOUR = "%Y%m%d%H"
HANDED_OVER = "handed-over"
HOUR_MICROS = 3_600_000_000


class JournalReader:
    """The journal in ``folder``. Where there is none, nothing was ever accepted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count(self) -> int:
        """How many mails were ever accepted here, and not handed over to another gateway."""
        return sum(self.per_hour().values())

    def per_hour(self) -> dict[datetime, int]:
        """How many mails were accepted in each hour; the keys are the hours' beginnings, in UTC."""
        while True:
            until, counts = self._folded()
            for path in (path for path in self._logs() if path.stem >= until):
                # A file folded since `until` was read: seen below, by reading it again.
                with contextlib.suppress(FileNotFoundError):
                    counts[path.stem] = path.stat().st_size // RECORD_LENGTH
            if self._folded()[0] == until:
                break
        for name in self.handed_over().elements():
            begun = f"{hour_of(name):{HOUR}}"
            # The hour that it began to come in, or the one after, when it was accepted.
            of_it = min((hour for hour in counts if hour >= begun and counts[hour]), default="")
            counts |= {of_it: counts[of_it] - 1} if of_it else {}
        return {_hour_start(hour): count for hour, count in sorted(counts.items()) if count}

    def handed_over(self) -> Counter[str]:
        """The names of the mails that another gateway took over, each with how often."""
        try:
            return Counter((self._folder / HANDED_OVER).read_text("ascii").split())
        except FileNotFoundError:
            return Counter()

    def names_in(self, hour: datetime) -> list[str]:
        """The names that were accepted in an hour, given by its beginning; none once folded."""
        try:
            text = (self._folder / f"{hour:{HOUR}}.log").read_text("ascii", "replace")
        except FileNotFoundError:
            return []
        whole = len(text) - len(text) % RECORD_LENGTH
        handed_over = self.handed_over()
        return [name for name in text[:whole].split() if name not in handed_over]

    def names(self) -> set[str]:
        """The names in the files not yet folded, but those that were handed over."""
        handed_over = self.handed_over()
        return {name for name, times in self._times().items() if times > handed_over[name]}

    def recorded(self, names: Iterable[str]) -> set[str]:
        """Those of the names that stand in the files not yet folded."""
        wanted = set(names)
        found: set[str] = set()
        for path in self._logs() if wanted else ():
            with contextlib.suppress(FileNotFoundError):
                found |= wanted.intersection(path.read_text("ascii", "replace").split("\n"))
        return found

    def _times(self) -> Counter[str]:
        """How often each name stands in the files not yet folded."""
        found: Counter[str] = Counter()
        for path in self._logs():
            with contextlib.suppress(FileNotFoundError):
                text = path.read_text("ascii", "replace")
                found.update(text[: len(text) - len(text) % RECORD_LENGTH].split())
        return found

    def _folded(self) -> tuple[str, dict[str, int]]:
        try:
            kept = json.loads((self._folder / "counts.json").read_text())
        except FileNotFoundError:
            return "", {}
        return kept["until"], kept["hours"]

    def _logs(self) -> list[Path]:
        return sorted(self._folder.glob("*.log"))


def _hour_start(hour: str) -> datetime:
    return datetime.strptime(hour, HOUR).replace(tzinfo=UTC)


def hour_of(name: str) -> datetime:
    """The hour in which a mail began to come, by its name in the spool; its beginning, in UTC."""
    return datetime.fromtimestamp(int(name[:16]) // HOUR_MICROS * 3600, UTC)
