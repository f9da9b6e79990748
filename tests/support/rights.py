"""Who may do what on a ticket by mail: the table, which is tried in two places.

The function that decides is asked each row of it by itself, and the filer is given each as a mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.vocabulary import Verdict

# Written down from the rules: join, act as staff, internal (for staff only), new (a ticket of its
# own, which names the other). By level: V3 a token of one's own and a pass, V2 a pass, V1 a token
# of one's own, V0 neither, fail DMARC. Columns: what the mail carries besides; whoever has no token
# of their own uses another's.
_BY_LEVEL = """
                           | token    | Message-ID | number   | none
    participant V3         | join     | join       | join     | join
    participant V2         | join     | join       | join     | new
    participant V1         | join     | join       | join     | join
    participant V0         | join     | join       | join     | new
    participant fail       | internal | new        | new      | new
    other customer V3      | internal | internal   | internal | internal
    other customer V2      | internal | new        | new      | new
    other customer V1      | internal | internal   | internal | internal
    other customer V0      | internal | new        | new      | new
    other customer fail    | internal | new        | new      | new
    staff V3               | staff    | staff      | staff    | staff
    staff V2               | internal | internal   | internal | new
    staff V1               | internal | internal   | internal | internal
    staff V0               | internal | internal   | internal | new
    staff fail             | internal | new        | new      | new
    recipient in copy V3   | internal | join       | internal | internal
    recipient in copy V2   | internal | join       | new      | new
    recipient in copy V1   | internal | join       | internal | internal
    recipient in copy V0   | internal | join       | new      | new
    recipient in copy fail | internal | new        | new      | new
"""
_LEVELS: dict[str, tuple[Verdict, bool]] = {
    "V3": (Verdict.PASS, True),
    "V2": (Verdict.PASS, False),
    "V1": (Verdict.NONE, True),
    "V0": (Verdict.UNKNOWN, False),
    "fail": (Verdict.FAIL, False),
}
_OPENNESS = ("new", "internal", "join", "staff")
"""How much a decision gives, the least first."""


@dataclass(frozen=True)
class Right:
    """One row and column: who writes, how far that is proven, with what, and where it goes."""

    who: str
    level: str
    carries: str
    outcome: str

    @property
    def verdict(self) -> Verdict:
        return _LEVELS[self.level][0]

    @property
    def has_own_token(self) -> bool:
        return _LEVELS[self.level][1]

    def gives_less_than(self, found: str) -> bool:
        """Whether what was found gives more than the table does."""
        return _OPENNESS.index(found) > _OPENNESS.index(self.outcome)


def rights_by_level() -> Iterator[Right]:
    """All of the table."""
    columns, *lines = _BY_LEVEL.strip("\n").splitlines()
    kinds = [kind.strip() for kind in columns.split("|")[1:]]
    for line in lines:
        who_and_level, *outcomes = (part.strip() for part in line.split("|"))
        who, _, level = who_and_level.rpartition(" ")
        for carries, outcome in zip(kinds, outcomes, strict=True):
            yield Right(who, level, carries, outcome)
