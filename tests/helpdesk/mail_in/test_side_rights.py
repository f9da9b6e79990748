"""Who may write in a side conversation, by which proof: the whole table."""

from __future__ import annotations

import itertools

import pytest

from helpdesk.mail_in.side_rights import SideClaim, SideStanding, side_standing
from helpdesk.vocabulary import Verdict

OWN, STRANGER, NOT = SideStanding.OWN, SideStanding.STRANGER, None
PROVEN, UNPROVEN, FAILED = (Verdict.PASS,), (Verdict.NONE, Verdict.UNKNOWN), (Verdict.FAIL,)

# Who it is, and what the mail shows: its own reply address, another's, a Message-ID of a mail that
# the sender was in copy of, any other Message-ID.
TABLE = {
    #                      own token, other's token, copied ID, other ID
    ("of it", PROVEN): (OWN, OWN, OWN, OWN),
    ("of it", UNPROVEN): (OWN, OWN, OWN, OWN),
    ("of it", FAILED): (OWN, STRANGER, NOT, NOT),
    ("anybody else", PROVEN): (STRANGER, STRANGER, STRANGER, NOT),
    ("anybody else", UNPROVEN): (STRANGER, STRANGER, STRANGER, NOT),
    ("anybody else", FAILED): (STRANGER, STRANGER, NOT, NOT),
}
SHOWN = (
    {"by_token": True, "is_holder": True},
    {"by_token": True},
    {"by_token": False, "was_recipient": True},
    {"by_token": False},
)


@pytest.mark.parametrize(("who", "verdicts"), TABLE)
def test_the_table(who: str, verdicts: tuple[Verdict, ...]) -> None:
    for verdict, (shown, expected) in itertools.product(
        verdicts, zip(SHOWN, TABLE[who, verdicts], strict=True)
    ):
        standing, why = side_standing(SideClaim(verdict, is_of_it=who == "of it", **shown))
        assert standing == expected, (verdict, shown)
        assert why.startswith("Refused:") == (expected is NOT)
