"""Change a field of a ticket: subject, status, priority, category, language, assignee. Staff
only.

Each leaves a line in the history. Where the ticket's mailbox wants a reason, a change without one
is an invalid input.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import Actor
from helpdesk.detected_language import LANGUAGE_NAMES
from helpdesk.errors import InvalidInput, TakenMeanwhile
from helpdesk.mail_out.notifications import notify, notify_status
from helpdesk.models import HistoryField, NotificationKind, Person, Ticket
from helpdesk.tickets import search
from helpdesk.tickets.access import (
    STAFF_ONLY,
    TicketRef,
    actor_of,
    known_id,
    may_be_given,
    open_ticket_for_change,
)
from helpdesk.tickets.categories import check_category
from helpdesk.tickets.concerns import withdraw_assignment
from helpdesk.tickets.history import OldRow, check_reason, record_change
from helpdesk.vocabulary import Priority

ANYBODY = -1
"""No person's id: it does not matter who has a ticket."""


def change_status(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    status: str,
    *,
    now: datetime,
    reason: str = "",
    despite_children: bool = False,
) -> Ticket:
    """Bring a ticket to a status, by the allowed steps; each is recorded.

    :param despite_children: also where an open child holds it open.

    :raises NotFound, NotAllowed, TicketMerged, InvalidInput, StepNotAllowed:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    old = ticket.status
    if status != old:
        check_reason(ticket, actor, reason)
    walk_status(session, ticket, actor, status, now, reason, despite_children=despite_children)
    if ticket.status != old and actor.person_id not in (None, ticket.requester_id):
        notify_status(session, ticket, old, by_id=actor.person_id, now=now)
    return ticket


def change_subject(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    subject: str,
    *,
    now: datetime,
    reason: str = "",
    seen: str | None = None,
) -> Ticket:
    """Call a ticket something else: on the desk, on the customer's page, and in mails from now on.

    :param seen: the subject that stood before whoever asks for it; None where nothing did.
    :raises NotFound, NotAllowed, TicketMerged, InvalidInput:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    subject = validation.subject(subject)
    if subject != ticket.subject:
        if seen is not None and seen != ticket.subject:
            said = f"It was changed to “{ticket.subject}” meanwhile."
            raise InvalidInput("subject", f"{said} Press the button again to change that, too.")
        check_reason(ticket, actor, reason)
        set_subject(session, actor, ticket, subject, reason, now)
    return ticket


def set_subject(
    session: Session, actor: Actor, ticket: Ticket, subject: str, reason: str, now: datetime
) -> None:
    """Give a ticket another subject, by which it is found. The right to is checked before."""
    record_change(
        session, ticket, actor, HistoryField.SUBJECT, ticket.subject, subject, now, reason
    )
    ticket.subject = subject
    session.flush()
    search.index_ticket(session.connection(), ticket.id)


def change_priority(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    priority: str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Set a ticket's priority.

    :raises NotFound, NotAllowed, TicketMerged, InvalidInput:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    wanted = validation.member_of(Priority, priority, "priority")
    if wanted != ticket.priority:
        check_reason(ticket, actor, reason)
        record_change(
            session, ticket, actor, HistoryField.PRIORITY, ticket.priority, wanted, now, reason
        )
        ticket.priority = wanted
    return ticket


def change_category(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    category: str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Set a ticket's category.

    :raises NotFound, NotAllowed, TicketMerged, InvalidInput:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    if category != ticket.category:
        check_category(session, category)
        check_reason(ticket, actor, reason)
        record_change(
            session, ticket, actor, HistoryField.CATEGORY, ticket.category, category, now, reason
        )
        ticket.category = category
    return ticket


def change_language(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    language: str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Say which language a ticket is written in; empty where nobody knows.

    :raises NotFound, NotAllowed, TicketMerged, InvalidInput:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    if language:
        validation.one_of(language, LANGUAGE_NAMES, "language")
    if language != ticket.language:
        check_reason(ticket, actor, reason)
        record_change(
            session, ticket, actor, HistoryField.LANGUAGE, ticket.language, language, now, reason
        )
        ticket.language = language
    return ticket


def assign(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    assignee_id: int | None,
    *,
    now: datetime,
    reason: str = "",
    tell: bool = True,
    seen_with: int | None = ANYBODY,
) -> Ticket:
    """Give a ticket to a member of staff, or to nobody (None).

    :param tell: whether they are told by mail, where it was not they who took it.
    :param seen_with: who had it on the page that this was asked on.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: the assignee is not staff, or may not answer in its mailbox.
    :raises TakenMeanwhile: somebody else has it than the page said.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    assignee = session.get(Person, known_id(assignee_id)) if assignee_id is not None else None
    if assignee_id is not None and (assignee is None or not assignee.is_staff):
        raise InvalidInput("assignee", "A ticket can be given to active staff only.")
    if ticket.assignee_id != assignee_id:
        check_may_have(ticket, assignee)
    if seen_with not in (ANYBODY, ticket.assignee_id) and ticket.assignee_id != assignee_id:
        holder = ticket.assignee.shown_name if ticket.assignee else ""
        raise TakenMeanwhile(holder, ticket.assignee_id)
    if ticket.assignee_id != assignee_id:
        check_reason(ticket, actor, reason)
        give_to(session, actor, ticket, assignee, reason, now, tell=tell)
    return ticket


def check_may_have(ticket: Ticket, assignee: Person | None) -> None:
    """See that whoever is to be given a ticket may work on it.

    :raises InvalidInput: (``assignee``) they have not its mailbox, or may only read there.
    """
    if assignee is None or may_work_on(assignee, ticket):
        return
    sees = actor_of(assignee).may(ticket.mailbox_id)
    what = "may only read" if sees else "does not see"
    raise InvalidInput("assignee", f"{assignee.shown_name} {what} this mailbox's tickets.")


def may_work_on(person: Person, ticket: Ticket) -> bool:
    """Whether a ticket can be one of staff's."""
    return may_be_given(actor_of(person), ticket.mailbox_id)


def give_to(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    assignee: Person | None,
    reason: str,
    now: datetime,
    *,
    tell: bool = True,
) -> None:
    """Give a ticket to somebody else than now, and tell them. The right to is checked before."""
    old, new = (person.shown_name if person else "" for person in (ticket.assignee, assignee))
    before = OldRow(old, ticket.assignee_id)
    record_change(session, ticket, actor, HistoryField.ASSIGNEE, before, new, now, reason)
    if ticket.assignee_id is not None:
        withdraw_assignment(session, ticket.id, ticket.assignee_id, now)
    ticket.assignee = assignee
    if tell and assignee is not None and assignee.id != actor.person_id:
        kind, by_id = NotificationKind.ASSIGNED, actor.person_id
        notify(session, kind, ticket, by_id=by_id, person_id=assignee.id, now=now)
