"""Is a mailbox quieter than it ever is? A pure function over counts: it looks at no clock.

What usually comes is known by the hour of the week: Monday at nine is not Sunday at four. A silence
is measured by the mails that would usually have come in it, so a quiet night weighs nothing; and it
is alarming once it outweighs every silence of the weeks before, holidays included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

HISTORY = timedelta(weeks=8)
LEAST_HISTORY = timedelta(weeks=2)
"""Before that nobody knows what is usual."""
FEWEST = 8.0
"""So many mails must be missing at the least: below that chance alone makes silences."""
MARGIN = 1.2
"""No two holidays are quite the same."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Silence:
    """No mail since ``since``, in which time ``usual`` mails usually come."""

    since: datetime
    usual: float
    longest_before: float
    """The most that was missing in any silence before."""

    @property
    def is_alarming(self) -> bool:
        """Whether this has not been seen before, and is more than chance."""
        return self.usual >= FEWEST and self.usual > MARGIN * self.longest_before


def silence(per_hour: Mapping[datetime, int], last: datetime, now: datetime) -> Silence | None:
    """How unusual it is that nothing has come since ``last``.

    :param per_hour: mails by the hour (its beginning, UTC) in the last :data:`HISTORY`.
    :returns: None where the history is too short to tell.
    """
    if not per_hour or now - min(per_hour) < LEAST_HISTORY:
        return None
    usual = _usual(per_hour, last)
    before = max(
        (usual.between(one + _HOUR, other) for one, other in _neighbours(per_hour)), default=0.0
    )
    return Silence(last, usual.between(last, now), before)


class _usual:  # noqa: N801 (reads as a phrase: usual.between(then, now))
    """What usually comes, learnt from the hours before the silence."""

    def __init__(self, per_hour: Mapping[datetime, int], until: datetime) -> None:
        first = min(per_hour)
        hours = int((until - first) / _HOUR)
        counts: defaultdict[int, int] = defaultdict(int)
        for hour, count in per_hour.items():
            counts[_hour_of_week(hour)] += count
        # How often each hour of the week was there to be filled: most of them once a week.
        since_first = {hour: (hour - _hour_of_week(first)) % 168 for hour in counts}
        self._rate = {
            hour: count / (1 + max(0, hours - since_first[hour]) // 168)
            for hour, count in counts.items()
        }
        self._week = sum(self._rate.values())

    def between(self, start: datetime, end: datetime) -> float:
        """How many mails usually come in this time."""
        weeks = max(0, (end - start) // timedelta(weeks=1))
        start += weeks * timedelta(weeks=1)
        total = weeks * self._week
        while start < end:
            hour = start.replace(minute=0, second=0, microsecond=0)
            until = min(end, hour + _HOUR)
            total += self._rate.get(_hour_of_week(hour), 0.0) * ((until - start) / _HOUR)
            start = until
        return total


def _neighbours(per_hour: Mapping[datetime, int]) -> list[tuple[datetime, datetime]]:
    hours = sorted(per_hour)
    return [(one, two) for one, two in pairwise(hours) if two - one > _HOUR]


def _hour_of_week(hour: datetime) -> int:
    return hour.weekday() * 24 + hour.hour
