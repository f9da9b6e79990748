"""Give a ticket to a team, or to none; and hand a new one out to a member of its team."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions.change_ticket import give_to
from helpdesk.actor import SYSTEM, Actor
from helpdesk.mail_out.notifications import is_of_the_past
from helpdesk.models import HistoryField, Person, Team, TeamMember, Ticket
from helpdesk.tickets.access import (
    STAFF_ONLY,
    TicketRef,
    actor_of,
    open_ticket_for_change,
)
from helpdesk.tickets.history import OldRow, check_reason, record_change
from helpdesk.tickets.teams import find_team
from helpdesk.vocabulary import Folder, MailboxRight, Status

_OPEN = (Status.OPEN, Status.IN_PROGRESS)
HANDED_OUT = "had the fewest open tickets"


def assign_team(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    team: int | str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Give a ticket to a team. Whoever has it has it still.

    :param team: its id or its name; empty for none.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``team``) there is no such team.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    wanted = find_team(session, team)
    if ticket.team_id != (wanted.id if wanted else None):
        check_reason(ticket, actor, reason)
        put_in(session, actor, ticket, wanted, now, reason)
    return ticket


def begin_in_team(
    session: Session, ticket: Ticket, team_id: int, now: datetime, hand_out: bool = True
) -> None:
    """Give a new ticket to a team; where the team hands out, on to the member who has the fewest
    open tickets of those who are there, may answer it, and did not ask it themselves.

    Two that come at once are handed out one after the other: the team's row is locked.

    :param team_id: its mailbox's, as a rule.
    :param hand_out: False where it is known who gets it.
    """
    team = session.get(Team, team_id, with_for_update=True)
    if team is None or ticket.folder == Folder.SPAM:
        return
    put_in(session, SYSTEM, ticket, team, now, "")
    if not (team.hands_out and hand_out) or is_of_the_past(session):
        return
    member = _next_of(session, team, ticket)
    if member is not None:
        person = session.get_one(Person, member.person_id)
        give_to(session, SYSTEM, ticket, person, HANDED_OUT, now)
        member.given_at = now
        session.flush()


def _next_of(session: Session, team: Team, ticket: Ticket) -> TeamMember | None:
    """Whose turn it is: who has the fewest, and of several who was given one longest ago."""
    rows = session.execute(
        select(TeamMember, Person)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.team_id == team.id, Person.away.is_(False))
    ).all()
    there = {
        person.id: member
        for member, person in rows
        if person.is_staff
        and person.id != ticket.requester_id
        and actor_of(person).may(ticket.mailbox_id, MailboxRight.ANSWER)
    }
    if not there:
        return None
    counts = session.execute(
        select(Ticket.assignee_id, func.count())
        .where(
            Ticket.assignee_id.in_(there),
            Ticket.folder == Folder.INBOX,
            Ticket.status.in_(_OPEN),
            Ticket.snoozed_until.is_(None),
        )
        .group_by(Ticket.assignee_id)
    )
    many = dict(counts.all())

    def rank(member: TeamMember) -> tuple[int, float, int]:
        given_at = member.given_at.timestamp() if member.given_at else 0.0
        return many.get(member.person_id, 0), given_at, member.person_id

    return min(there.values(), key=rank)


def put_in(
    session: Session, actor: Actor, ticket: Ticket, team: Team | None, now: datetime, reason: str
) -> None:
    """Give a ticket to another team than now. The right to is checked before."""
    before = session.get(Team, ticket.team_id) if ticket.team_id else None
    old = OldRow(before.name if before else "", ticket.team_id)
    new = team.name if team else ""
    record_change(session, ticket, actor, HistoryField.TEAM, old, new, now, reason)
    ticket.team_id = team.id if team else None
    session.flush()
    session.expire(ticket, ["team"])
