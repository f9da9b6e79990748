"""Move a ticket to another mailbox, with all that was said on it and beside it.

Answers leave from there from then on. What was signed names the ticket and no mailbox, so answers
to earlier mails, side conversations' too, still find it, at whichever address they come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.assign_team import put_in
from helpdesk.actions.change_ticket import give_to, may_work_on
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_out.untold import tell_only_who_sees
from helpdesk.models import Change, HistoryField, Mailbox, Person, Team, TeamMember, Ticket
from helpdesk.text import bounded_int, fold_address
from helpdesk.tickets.access import (
    LACKS_RIGHT,
    STAFF_ONLY,
    TicketRef,
    actor_of,
    known_id,
    open_ticket_for_change,
)
from helpdesk.tickets.acts import BROUGHT_ALONG
from helpdesk.tickets.history import OldRow, check_reason, record_change
from helpdesk.vocabulary import MailboxRight

_MISSING = "There is no such mailbox."


def move_ticket(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    mailbox: int | str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Have a ticket be another mailbox's. Whoever moves it may answer in both.

    It goes to the other mailbox's team, where it was with none or with its mailbox's; it stays with
    another team if somebody of it sees the other mailbox. Who has it and sees that not has it no
    longer, and mail that was to tell such colleagues of it does not leave. Their drafts stay
    theirs, out of sight.

    :param mailbox: its id or its address.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``mailbox``) there is none, or the actor may not answer there.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    wanted = find_target(session, actor, mailbox)
    if wanted.id != ticket.mailbox_id:
        check_reason(ticket, actor, reason)
        team_id = _team_there(session, ticket, wanted)
        _put(session, actor, ticket, wanted, reason, now)
        _give_to_team(session, actor, ticket, team_id, now)
        _keep_apart(session, actor, ticket, now)
    return ticket


def find_target(session: Session, actor: Actor, mailbox: int | str) -> Mailbox:
    """The mailbox of this id or address, if the actor may answer there.

    :raises InvalidInput: (``mailbox``) there is none, or not for this actor.
    """
    number = mailbox if isinstance(mailbox, int) else bounded_int(mailbox, most=2**63 - 1)
    found = session.get(Mailbox, known_id(number)) if number else None
    if found is None and isinstance(mailbox, str):
        found = session.scalar(select(Mailbox).where(Mailbox.address == fold_address(mailbox)))
    if found is None or found.removed_at is not None or not actor.may(found.id):
        raise InvalidInput("mailbox", _MISSING)
    if not actor.may(found.id, MailboxRight.ANSWER):
        raise InvalidInput("mailbox", LACKS_RIGHT[MailboxRight.ANSWER])
    return found


def move_back(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    act: Sequence[Change],
    *,
    now: datetime,
    reason: str,
) -> None:
    """Undo that a ticket was moved, which nobody did again since: who had it has it again, and so
    has the team, unless it was given to others meanwhile.

    :raises InvalidInput: (``mailbox``) the mailbox was removed, or the actor may not answer there.
    """
    wanted = find_target(session, actor, act[0].old_id or 0)
    if wanted.id == ticket.mailbox_id:
        return
    _put(session, actor, ticket, wanted, reason, now)
    for row in act[1:]:
        if not _is_newest(session, row):
            continue
        if row.field == HistoryField.TEAM:
            _give_to_team(session, actor, ticket, row.old_id, now)
        elif row.field == HistoryField.ASSIGNEE:
            person = session.get(Person, row.old_id) if row.old_id else None
            if person is not None and person.is_staff:
                give_to(session, actor, ticket, person, BROUGHT_ALONG, now, tell=False)
    _keep_apart(session, actor, ticket, now)


def _put(
    session: Session, actor: Actor, ticket: Ticket, mailbox: Mailbox, reason: str, now: datetime
) -> None:
    before = ticket.mailbox
    old = OldRow(before.address if before else "", ticket.mailbox_id)
    new = mailbox.address
    record_change(session, ticket, actor, HistoryField.MAILBOX, old, new, now, reason)
    ticket.mailbox = mailbox
    session.flush()


def _team_there(session: Session, ticket: Ticket, wanted: Mailbox) -> int | None:
    """The team that a ticket is given to in another mailbox."""
    usual = ticket.mailbox.team_id if ticket.mailbox else None
    if wanted.team_id is not None and ticket.team_id in (None, usual):
        return wanted.team_id
    members = session.scalars(
        select(Person)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.team_id == ticket.team_id)
    ).all()
    sees = not members or any(actor_of(one).may(wanted.id) for one in members if one.active)
    return ticket.team_id if sees else None


def _give_to_team(
    session: Session, actor: Actor, ticket: Ticket, team_id: int | None, now: datetime
) -> None:
    team = session.get(Team, team_id) if team_id else None
    if ticket.team_id != (team.id if team else None):
        put_in(session, actor, ticket, team, now, BROUGHT_ALONG)


def _keep_apart(session: Session, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """Have nobody have it who may not answer in its mailbox, nor be told of it who does not see
    that.
    """
    assignee = ticket.assignee
    if assignee is not None and not may_work_on(assignee, ticket):
        give_to(session, actor, ticket, None, BROUGHT_ALONG, now)
    tell_only_who_sees(session, ticket, ticket.mailbox_id, now)


def _is_newest(session: Session, row: Change) -> bool:
    """Whether nobody changed it again since."""
    later = select(Change.id).where(
        Change.ticket_id == row.ticket_id, Change.field == row.field, Change.id > row.id
    )
    return session.scalar(later.limit(1)) is None
