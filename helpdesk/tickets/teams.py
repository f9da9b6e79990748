"""Teams: what a name may be, which there are, and who is in them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import Team
from helpdesk.text import bounded_int, clean_line
from helpdesk.tickets.access import known_id

LONGEST = 60


def team_name(text: str) -> str:
    """A team's name as somebody typed it.

    :raises InvalidInput: (``name``) it is none.
    """
    name = clean_line(text)
    if not 1 <= len(name) <= LONGEST or '"' in name:
        raise InvalidInput(
            "name", f"A team's name has 1 to {LONGEST} characters, no quotation mark."
        )
    return name


def folded_team(name: str) -> str:
    """A name as it is compared."""
    return clean_line(name).casefold()


def find_team(session: Session, wanted: int | str) -> Team | None:
    """The team of this id or name; None for nothing.

    :raises InvalidInput: (``team``) there is none.
    """
    if not wanted:
        return None
    number = wanted if isinstance(wanted, int) else bounded_int(wanted, most=2**63 - 1)
    found = session.get(Team, known_id(number)) if number else None
    if found is None and isinstance(wanted, str):
        found = session.scalar(select(Team).where(Team.folded == folded_team(wanted)))
    if found is None:
        raise InvalidInput("team", "There is no such team.")
    return found
