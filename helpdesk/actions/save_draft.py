"""Keep, bring back and forget what staff write before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from helpdesk.actions.take_back import TakenBack
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, OtherDraft
from helpdesk.models import DraftKind, SavedDraft
from helpdesk.tickets.access import LACKS_RIGHT, TicketRef, check_staff, find_ticket
from helpdesk.tickets.drafts import KEPT_FOR, DraftContent, drop_draft, find_draft, put_draft
from helpdesk.tickets.merged import current_ticket
from helpdesk.validation import ANSWER_LENGTH
from helpdesk.vocabulary import MailboxRight

AT_ONCE = 100
"""Old drafts that go in one transaction."""
_STAFF_ONLY = "Only staff keep drafts."


def save_draft(
    session: Session,
    actor: Actor,
    kind: DraftKind,
    ticket: TicketRef | None,
    content: DraftContent,
    *,
    now: datetime,
    known: str | None = None,
    side_id: int = 0,
) -> bool:
    """Keep what the actor writes; where nothing of it is left, forget it.

    :param ticket: the ticket it stands on; None for a new one.
    :param known: the version that stood on the page; None where any is to be replaced.
    :param side_id: the side conversation that it is written in; 0 for a new one, and for none.
    :returns: whether there is anything to keep.
    :raises NotFound, NotAllowed:
    :raises OtherDraft: what is kept is neither that version nor this one.
    :raises InvalidInput: (``comment``) it is longer than an answer may be.
    """
    person_id, ticket_id = _place(session, actor, kind, ticket)
    if len(content.text) > ANSWER_LENGTH:
        raise InvalidInput("comment", f"That is more than {ANSWER_LENGTH:,} characters.")
    if known is not None:
        kept = find_draft(session, person_id, kind, ticket_id, side_id)
        if kept and kept.version not in ("", known, content.version):
            raise OtherDraft(kept.words, kept.version)
    if content.is_empty:
        drop_draft(session, person_id, kind, ticket_id, side_id)
        return False
    put_draft(session, person_id, kind, ticket_id, content, now, side_id)
    return True


def discard_draft(
    session: Session,
    actor: Actor,
    kind: DraftKind,
    ticket: TicketRef | None,
    *,
    known: str | None = None,
    sent: str = "",
    side_id: int = 0,
) -> None:
    """Forget what the actor wrote there: it was sent, or is not wanted any more.

    :param known: the version to forget; what is kept from another page stays, unless it says
        what was ``sent``. None where any is to go.
    :raises NotFound, NotAllowed:
    """
    person_id, ticket_id = _place(session, actor, kind, ticket, MailboxRight.SEE)
    kept = None
    if known is not None:
        kept = find_draft(session, person_id, kind, ticket_id, side_id)
    text = sent.replace("\r\n", "\n").strip()
    if kept and kept.version != known and (not text or kept.text.strip() != text):
        return
    drop_draft(session, person_id, kind, ticket_id, side_id)


def keep_unsent(
    session: Session,
    actor: Actor,
    kind: DraftKind,
    ticket: TicketRef,
    content: DraftContent,
    *,
    now: datetime,
    side_id: int = 0,
) -> None:
    """Keep what could not be sent, since its ticket was merged into another one, where it goes on:
    above what the actor writes there, if that is something else.

    :raises NotFound, NotAllowed:
    """
    person_id, ticket_id = _place(session, actor, kind, ticket)
    there = find_draft(session, person_id, kind, ticket_id, side_id)
    if there and content.text.strip() in there.text:
        return
    both = there.below(content) if there else content
    if not both.is_empty:
        put_draft(session, person_id, kind, ticket_id, both, now, side_id)


class WhereKept(NamedTuple):
    """Where something that was taken back stands again."""

    kind: DraftKind
    is_beside: bool
    """Something was being written there."""


def keep_taken_back(
    session: Session, actor: Actor, taken: TakenBack, *, now: datetime
) -> WhereKept:
    """Have what was taken back stand where it was written, above what is being written there.

    Where another message of the ticket is being forwarded by now, the note of this one becomes an
    internal one: it was for nobody here.

    :raises NotFound, NotAllowed:
    """
    kind, back = taken.kind, DraftContent(taken.text, taken.fields, taken.files)
    person_id, ticket_id = _place(session, actor, kind, taken.ticket_number)
    side_id = taken.side.id if taken.side else 0
    written = find_draft(session, person_id, kind, ticket_id, side_id)
    if kind is DraftKind.FORWARD and not _may_go_on(written, back):
        kind, back = DraftKind.NOTE, DraftContent(taken.text)
        written = find_draft(session, person_id, kind, ticket_id)
    both = written.below(back) if written else back
    if not both.is_empty:
        put_draft(session, person_id, kind, ticket_id, both, now, side_id)
    return WhereKept(kind, written is not None)


def _may_go_on(written: DraftContent | None, back: DraftContent) -> bool:
    """Whether a message that was forwarded can be what its writer forwards on this ticket again."""
    message = back.fields["message"]
    return bool(message) and (written is None or written.fields.get("message") == message)


def forget_old_drafts(session: Session, *, now: datetime) -> int:
    """Delete some of the drafts that nobody touched for 30 days; how many there were."""
    found = session.scalars(_old(now).limit(AT_ONCE)).all()
    if found:
        session.execute(delete(SavedDraft).where(SavedDraft.id.in_(found)))
    return len(found)


def is_draft_old(session: Session, now: datetime) -> bool:
    """Whether any draft is to go."""
    return session.scalar(_old(now).limit(1)) is not None


def _old(now: datetime) -> Select[int]:
    return select(SavedDraft.id).where(SavedDraft.updated_at < now - KEPT_FOR)


def _place(
    session: Session,
    actor: Actor,
    kind: DraftKind,
    ticket: TicketRef | None,
    right: MailboxRight = MailboxRight.ANSWER,
) -> tuple[int, int | None]:
    """Whose draft it is, and on which ticket.

    :param right: what the actor must have in the ticket's mailbox: who may only read there has
        nothing to write, and may forget what was written before.
    """
    check_staff(actor, _STAFF_ONLY)
    if actor.person_id is None:
        raise NotAllowed(_STAFF_ONLY)
    if (kind is DraftKind.TICKET) != (ticket is None):
        raise ValueError("a reply or a note stands on a ticket, and a new ticket on none")
    if isinstance(ticket, int | str):
        ticket = find_ticket(session, actor, ticket)
    if ticket is None:
        if actor.mailboxes_with(right) == ():
            raise NotAllowed("You may answer in no mailbox.")
        return actor.person_id, None
    # Merged while somebody writes on it: what they write goes on where the conversation does, if
    # they may write there.
    current = current_ticket(session, ticket.id)
    place = current if actor.may(current.mailbox_id, MailboxRight.ANSWER) else ticket
    if not actor.may(place.mailbox_id, right):
        raise NotAllowed(LACKS_RIGHT[right])
    return actor.person_id, place.id
