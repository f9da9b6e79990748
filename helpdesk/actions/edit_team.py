"""Add, change and delete teams. Admins only; each is logged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditKind, CannedReply, Mailbox, Person, Team, TeamMember, Ticket
from helpdesk.queries.teams import team_rows
from helpdesk.tickets import audit
from helpdesk.tickets.access import known_id
from helpdesk.tickets.seen_form import check_seen
from helpdesk.tickets.teams import folded_team, team_name


@dataclass(frozen=True)
class TeamDraft:
    """All that is set of a team."""

    name: str
    member_ids: Collection[int] = ()
    mailbox_ids: Collection[int] = ()
    """The mailboxes whose new tickets are the team's: of each mailbox they are one team's."""
    hands_out: bool = False


def add_team(session: Session, actor: Actor, draft: TeamDraft, *, now: datetime) -> Team:
    """Add a team.

    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: (``name``, ``members``, ``mailboxes``) what does not hold.
    """
    _check_admin(actor)
    team = Team(name="", folded="", hands_out=False, created_at=now)
    _put(session, team, draft)
    words = _words(session, actor, team)
    what = "; ".join((team.name, words["members"] or "nobody", words["new tickets of"]))
    audit.record(session, actor, AuditKind.TEAM, team.name, "added", new=what.strip("; "), now=now)
    return team


def change_team(
    session: Session,
    actor: Actor,
    team_id: int,
    draft: TeamDraft,
    *,
    seen: str | None = None,
    now: datetime,
) -> Team:
    """Change a team. Its tickets stay its own; who has them has them still.

    :param seen: what it was as the form showed it; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed, NotFound, InvalidInput: as :func:`add_team`.
    :raises ChangedMeanwhile:
    """
    team = _team(session, actor, team_id)
    before = _words(session, actor, team)
    check_seen(session, seen, before, AuditKind.TEAM, team.name)
    _put(session, team, draft)
    for field, new in _words(session, actor, team).items():
        if (old := before[field]) != new:
            name = before["name"]
            audit.record(session, actor, AuditKind.TEAM, name, field, old=old, new=new, now=now)
    return team


def delete_team(session: Session, actor: Actor, team_id: int, *, now: datetime) -> str:
    """Delete a team; its tickets are no team's then, and its canned replies for all. It cannot be
    undone. Returns its name.

    :raises NotAllowed, NotFound:
    """
    team = _team(session, actor, team_id)
    for kind in (Ticket, Mailbox, CannedReply):
        session.execute(update(kind).where(kind.team_id == team.id).values(team_id=None))
    session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    session.delete(team)
    session.flush()
    audit.record(session, actor, AuditKind.TEAM, team.name, "deleted", now=now)
    return team.name


def _put(session: Session, team: Team, draft: TeamDraft) -> None:
    name = team_name(draft.name)
    taken = select(Team.id).where(Team.folded == folded_team(name), Team.id != (team.id or 0))
    if session.scalar(taken):
        raise InvalidInput("name", f"There is a team “{name}” already.")
    members, boxes = _members(session, draft), _boxes(session, draft)
    team.name, team.folded, team.hands_out = name, folded_team(name), draft.hands_out
    session.add(team)
    session.flush()
    rows = session.scalars(select(TeamMember).where(TeamMember.team_id == team.id))
    known = {one.person_id: one for one in rows}
    for person_id in set(known) - set(members):
        session.delete(known[person_id])
    session.add_all(
        TeamMember(team_id=team.id, person_id=one) for one in members if one not in known
    )
    for box in session.scalars(select(Mailbox).where(Mailbox.team_id == team.id)):
        box.team_id = None
    for box in boxes:
        box.team_id = team.id
    session.flush()


def _members(session: Session, draft: TeamDraft) -> list[int]:
    wanted = {known_id(one) for one in draft.member_ids}
    people = session.scalars(select(Person).where(Person.id.in_(wanted)).order_by(Person.id)).all()
    if len(people) < len(wanted) or not all(one.is_staff for one in people):
        raise InvalidInput("members", "Only active staff can be in a team.")
    return [one.id for one in people]


def _boxes(session: Session, draft: TeamDraft) -> list[Mailbox]:
    wanted = {known_id(one) for one in draft.mailbox_ids}
    boxes = list(session.scalars(select(Mailbox).where(Mailbox.id.in_(wanted)).with_for_update()))
    if len(boxes) < len(wanted):
        raise InvalidInput("mailboxes", "There is no such mailbox.")
    return boxes


def _words(session: Session, actor: Actor, team: Team) -> dict[str, str]:
    (row,) = team_rows(session, actor, team.id)
    return row.words


def _team(session: Session, actor: Actor, team_id: int) -> Team:
    _check_admin(actor)
    found = session.get(Team, known_id(team_id), with_for_update=True)
    if found is None:
        raise NotFound("There is no such team.")
    return found


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change teams.")
