"""Set which mailboxes one of staff has, and what they may do there. Admins only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.change_ticket import give_to
from helpdesk.actions.edit_person import person_for_change
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.mail_out.untold import tell_nothing
from helpdesk.models import AuditKind, Mailbox, Person, Ticket
from helpdesk.tickets import audit
from helpdesk.tickets.access import known_id
from helpdesk.tickets.seen_form import check_seen
from helpdesk.vocabulary import MailboxRight, Role, Status

ALL = "all mailboxes"


def set_mailbox_rights(
    session: Session,
    actor: Actor,
    person_id: int,
    rights: Mapping[int, str] | None,
    *,
    seen: str | None = None,
    now: datetime,
) -> int:
    """Let an agent have these mailboxes alone, or all. It counts from their next click on.

    What they have of tickets that they may not answer then, and is not closed, is nobody's. Returns
    how many tickets that were. Mail that was to tell them of one that they see no longer does not
    leave.

    :param rights: a ``MailboxRight`` by the mailbox's id; None for all, and those to come.
    :param seen: what they were as the form showed them; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed, NotFound, ChangedMeanwhile:
    :raises InvalidInput: (``mailboxes``) they are no agent, or it names what there is not.
    """
    person = person_for_change(session, actor, person_id)
    if person.role != Role.AGENT and rights is not None:
        raise InvalidInput("mailboxes", "Admins have all mailboxes, and customers none.")
    names = _names(session)
    is_now = {"mailboxes": _words(person.mailbox_rights, names)}
    check_seen(session, seen, is_now, AuditKind.PERSON, person.address)
    kept: dict[str, str] | None = None
    if rights is not None:
        if unknown := set(rights) - set(names):
            raise InvalidInput("mailboxes", f"There is no mailbox {min(unknown)}.")
        kept = {
            str(one): validation.member_of(MailboxRight, rights[one], "mailboxes").value
            for one in sorted(rights)
        }
    before, after = is_now["mailboxes"], _words(kept, names)
    if before == after:
        return 0
    person.mailbox_rights = kept
    kind, name = AuditKind.PERSON, person.address
    audit.record(session, actor, kind, name, "mailboxes", old=before, new=after, now=now)
    if rights is None:
        return 0
    tell_nothing(session, [person], _elsewhere(rights), now)
    answers = [one for one, right in rights.items() if right != MailboxRight.SEE]
    return _take_back(session, actor, person, _elsewhere(answers), now)


def rights_words(session: Session, actor: Actor, person_id: int) -> dict[str, str]:
    """Somebody's mailboxes, in words, as the log has them.

    :raises NotAllowed, NotFound:
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change people.")
    person = session.get(Person, known_id(person_id))
    if person is None:
        raise NotFound("There is no such person.")
    return {"mailboxes": _words(person.mailbox_rights, _names(session))}


def _names(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Mailbox.id, Mailbox.address)).all())


def _words(kept: Mapping[str, str] | None, names: Mapping[int, str]) -> str:
    """The rights as the log has them: ``support@shop.example: answer``."""
    if kept is None:
        return ALL
    return ", ".join(f"{names.get(int(one), one)}: {kept[one]}" for one in kept) or "none"


def _elsewhere(mailbox_ids: Collection[int]) -> ColumnElement[bool]:
    """What a ticket meets that is in none of these mailboxes."""
    return or_(Ticket.mailbox_id.is_(None), Ticket.mailbox_id.not_in(tuple(mailbox_ids)))


def _take_back(
    session: Session,
    actor: Actor,
    person: Person,
    out_of_hand: ColumnElement[bool],
    now: datetime,
) -> int:
    """Have nobody have what this person has and may not answer any more."""
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.assignee_id == person.id, Ticket.status != Status.CLOSED, out_of_hand)
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    kept = person.mailbox_rights or {}
    for ticket in tickets:
        reads = str(ticket.mailbox_id) in kept
        why = "may only read this mailbox now" if reads else "does not see this mailbox any more"
        reason = f"{person.shown_name} {why}"
        give_to(session, actor, ticket, None, reason, now)
    return len(tickets)
