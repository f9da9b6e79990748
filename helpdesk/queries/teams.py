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
    """Name by id, of those who are active; those who are away are marked so."""
    mailbox_ids: frozenset[int]
    tickets: int


def all_teams(session: Session) -> tuple[TeamName, ...]:
    """The teams by their names, for staff."""
    rows = session.execute(select(Team.id, Team.name).order_by(Team.folded))
    return tuple(TeamName(*row) for row in rows)


def team_rows(session: Session, actor: Actor) -> tuple[TeamRow, ...]:
    """All teams by their names, with who is in them.

    :raises NotAllowed: the actor is no admin.
    """
    if not actor.is_admin:
        raise NotAllowed("This page is for admins.")
    members: dict[int, dict[int, str]] = {}
    people = select(TeamMember.team_id, Person).join(Person, Person.id == TeamMember.person_id)
    for team_id, person in session.execute(people.order_by(Person.name, Person.id)):
        if person.is_staff:
            name = f"{person.shown_name} (away)" if person.away else person.shown_name
            members.setdefault(team_id, {})[person.id] = name
    boxes: dict[int, set[int]] = {}
    of_teams = select(Mailbox.team_id, Mailbox.id).where(Mailbox.team_id.is_not(None))
    for owner_id, box_id in session.execute(of_teams):
        boxes.setdefault(owner_id or 0, set()).add(box_id)
    counted = select(Ticket.team_id, func.count()).where(Ticket.team_id.is_not(None))
    counts = dict(session.execute(counted.group_by(Ticket.team_id)).all())
    return tuple(
        TeamRow(
            team.id,
            team.name,
            team.hands_out,
            members.get(team.id, {}),
            frozenset(boxes.get(team.id, ())),
            counts.get(team.id, 0),
        )
        for team in session.scalars(select(Team).order_by(Team.folded))
    )
