"""The teams that there are: to choose from, and as admins see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import Mailbox, Person, Team, TeamMember, Ticket


@dataclass(frozen=True)
class TeamName:
    """A team by its name, to choose from."""

    id: int
    name: str


@dataclass(frozen=True)
class TeamRow:
    """A team with all that is set of it."""

    id: int
    name: str
    hands_out: bool
    members: dict[int, str]
    """Name by id, of those who are staff."""
    away_ids: frozenset[int]
    """Those of them who are away."""
    mailboxes: dict[int, str]
    """Address by id, of those whose new tickets are the team's."""
    tickets: int

    @property
    def words(self) -> dict[str, str]:
        """All that can be changed of it, in words."""
        return {
            "name": self.name,
            "members": ", ".join(self.members.values()),
            "new tickets of": ", ".join(self.mailboxes.values()),
            "hands out": "yes" if self.hands_out else "no",
        }


def all_teams(session: Session) -> tuple[TeamName, ...]:
    """The teams by their names, for staff."""
    rows = session.execute(select(Team.id, Team.name).order_by(Team.folded))
    return tuple(TeamName(*row) for row in rows)


def team_rows(session: Session, actor: Actor, team_id: int | None = None) -> tuple[TeamRow, ...]:
    """All teams by their names, or this one, with who is in them.

    :raises NotAllowed: the actor is no admin.
    """
    if not actor.is_admin:
        raise NotAllowed("This page is for admins.")
    members: dict[int, dict[int, str]] = {}
    away = set()
    people = select(TeamMember.team_id, Person).join(Person, Person.id == TeamMember.person_id)
    for owner_id, person in session.execute(people.order_by(Person.name, Person.id)):
        if person.is_staff:
            members.setdefault(owner_id, {})[person.id] = person.shown_name
            away |= {person.id} if person.away else set()
    boxes: dict[int, dict[int, str]] = {}
    of_teams = select(Mailbox.team_id, Mailbox.id, Mailbox.address).order_by(Mailbox.id)
    for owner, box_id, address in session.execute(of_teams.where(Mailbox.team_id.is_not(None))):
        boxes.setdefault(owner or 0, {})[box_id] = address
    counted = select(Ticket.team_id, func.count()).where(Ticket.team_id.is_not(None))
    shown = select(Team).order_by(Team.folded)
    if team_id is not None:
        counted, shown = counted.where(Ticket.team_id == team_id), shown.where(Team.id == team_id)
    counts = dict(session.execute(counted.group_by(Ticket.team_id)).all())
    return tuple(
        TeamRow(
            team.id,
            team.name,
            team.hands_out,
            members.get(team.id, {}),
            frozenset(away),
            boxes.get(team.id, {}),
            counts.get(team.id, 0),
        )
        for team in session.scalars(shown)
    )
