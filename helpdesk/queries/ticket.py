"""One ticket, with everything, for staff; and what of it anybody may see who is on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actor import Actor
from helpdesk.db import AnyRow
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.mail_in.copies import close_addresses
from helpdesk.models import (
    Attachment,
    Comment,
    NotificationKind,
    ParticipantRole,
    Ticket,
    TicketLinkKind,
)
from helpdesk.queries.checklist import ItemView, checklist_of
from helpdesk.queries.conversation import CommentRows, CommentView, FileView, read_comments
from helpdesk.queries.drafts import DraftOnTicket, drafts_on
from helpdesk.queries.history import ChangeView, bulks_on, lines_of
from helpdesk.queries.orders import OrderLine, orders_of_person
from helpdesk.queries.other_tickets import OtherTicket, others_of
from helpdesk.queries.people import PersonView, people
from helpdesk.queries.shown_comments import LeftOut, choose_shown
from helpdesk.queries.side_conversations import SideRows, SideView, read_sides
from helpdesk.queries.ticket_statements import LINKS, PARTICIPANTS, TICKET, changes_of
from helpdesk.queries.ticket_version import DeliveryStatus, delivery_statuses, version_of
from helpdesk.queries.ticket_view import TicketView, ticket_view
from helpdesk.rows import ask
from helpdesk.tickets.access import id_written, known_id, may_see
from helpdesk.tickets.acts import acts, left_by, standing
from helpdesk.tickets.asked_addresses import read_asked
from helpdesk.tickets.preferences import is_muted
from helpdesk.tickets.way_back import without_way_back
from helpdesk.vocabulary import MailboxRight, MessageKind, Status


@dataclass(frozen=True)
class ParticipantView:
    """A person on the ticket."""

    person: PersonView
    role: ParticipantRole
    pending: bool
    is_mailed: bool = True
    """Whether answers are mailed to them: neither they nor the mailbox has switched it off."""


@dataclass(frozen=True)
class LinkView:
    """Another ticket that this one names, or that names this one (``kind`` says how)."""

    number: str
    subject: str
    kind: TicketLinkKind
    outgoing: bool
    status: Status = Status.OPEN

    @property
    def relation(self) -> str:
        """What the other one is to this one, where staff said so; empty for other links."""
        if self.kind == TicketLinkKind.RELATED:
            return "related"
        if self.kind != TicketLinkKind.CHILD:
            return ""
        return "parent" if self.outgoing else "child"


@dataclass(frozen=True)
class TicketPage:
    """A ticket as staff see it."""

    ticket: TicketView
    comments: tuple[CommentView, ...]
    history: tuple[ChangeView, ...]
    participants: tuple[ParticipantView, ...]
    links: tuple[LinkView, ...]
    others: tuple[OtherTicket, ...]
    """Other tickets of the requester."""
    orders: tuple[OrderLine, ...]
    """The newest orders of the requester."""
    close: frozenset[str] = frozenset()
    """The addresses of those pending who are included unless left out."""
    drafts: tuple[DraftOnTicket, ...] = ()
    """Who began to write on it."""
    sides: tuple[SideView, ...] = ()
    """Its side conversations, without their messages, which are among the comments."""
    checklist: tuple[ItemView, ...] = ()
    may_answer: bool = True
    """Whether its reader may answer and change it."""
    files: tuple[FileView, ...] = ()
    """Those of all its comments, whether they are shown or not."""
    left_out: LeftOut | None = None
    """Which comments are not among these, where it has very many."""
    statuses: tuple[DeliveryStatus, ...] | None = None
    """How the mails of all comments stand, where not all comments are here to tell."""

    @property
    def is_fixed(self) -> bool:
        """Whether its reader can change nothing here."""
        return bool(self.merged_into) or not self.may_answer

    @property
    def recipients(self) -> tuple[PersonView, ...]:
        """Who gets a public answer."""
        people = (p.person for p in self._addressed if p.is_mailed)
        return tuple(person for person in people if not person.cannot_be_answered)

    @property
    def unmailed(self) -> tuple[PersonView, ...]:
        """Who gets no answer by mail, since they or the mailbox have switched that off."""
        return tuple(p.person for p in self._addressed if not p.is_mailed)

    @property
    def _addressed(self) -> list[ParticipantView]:
        return [p for p in self.participants if not p.pending and p.person.address]

    @property
    def unanswerable(self) -> tuple[PersonView, ...]:
        """Who wrote from an address that no mail can go to."""
        return tuple(p.person for p in self.participants if p.person.cannot_be_answered)

    @property
    def pending(self) -> tuple[PersonView, ...]:
        """Whom a mail named in copy, and nobody has decided about yet."""
        return tuple(p.person for p in self.participants if p.pending and p.person.address)

    @property
    def merged_into(self) -> str:
        """The number of the ticket where its conversation goes on; empty where it goes on here."""
        merged = (one.number for one in self.links if one.kind == "merged" and one.outgoing)
        return next(merged, "")

    @property
    def strangers(self) -> frozenset[int]:
        """Customers who wrote what only staff see, and are neither on the ticket nor in a side
        conversation of it.
        """
        on_it = {p.person.id for p in self.participants if not p.pending}
        aside = {person.id for side in self.sides for person in side.people}
        wrote = {
            one.author.id
            for one in self.comments
            if one.internal
            and one.side_id is None
            and one.kind == MessageKind.MESSAGE
            and one.author
            and not one.author.is_staff
        }
        return frozenset(wrote - on_it - aside)

    @property
    def newest_comment_id(self) -> int:
        return self.comments[-1].id if self.comments else 0

    @property
    def newest_change_id(self) -> int:
        return max((change.id for change in self.history), default=0)

    @property
    def version(self) -> str:
        """Its version beside the messages, in one word (see ``queries.ticket_version``)."""
        mails = (mail for comment in self.comments for mail in comment.deliveries)
        here = ((mail.id, mail.state, mail.attempt_count) for mail in mails)
        statuses: Iterable[DeliveryStatus] = here if self.statuses is None else self.statuses
        drafts = ((one.person_id, one.kind) for one in self.drafts)
        return version_of(self.newest_change_id, self.ticket.rating, statuses, drafts)


def ticket_page(
    session: Session, actor: Actor, number: str, newest: int | None = None
) -> TicketPage:
    """A ticket with its conversation, history, people and links, for staff.

    :param newest: how many of its newest comments are wanted beside the first; None for all.
    :raises NotAllowed, NotFound:
    """
    ticket = _read_ticket(session, actor, number)
    comments, left_out = _read_comments(session, ticket, newest)
    sides = read_sides(session, ticket.id) if ticket.has_sides else SideRows(())
    changes, unseen = changes_of(session, actor, ticket.id)
    told = acts(changes)
    gone = _without_way_back(session, actor, ticket.id, told)
    bulks = bulks_on(session, ticket.id) if ticket.has_bulks else {}
    on_it = ask(session, PARTICIPANTS, ticket_id=ticket.id).all()
    known = people(
        session,
        (
            ticket.requester_id,
            ticket.assignee_id,
            *comments.author_ids,
            *sides.person_ids,
            *(change.changed_by_id for change in changes),
            *(one.person_id for one in on_it),
        ),
    )
    return TicketPage(
        _fields(ticket, known),
        comments.shown(known),
        lines_of(told, known, bulks, gone, unseen),
        _participants(on_it, known),
        ticket_links(session, actor, ticket.id) if ticket.has_links else (),
        others_of(session, actor, ticket.id, ticket.requester_id),
        orders_of_person(session, ticket.requester_id) if ticket.has_orders else (),
        _close(session, ticket.requester_id, on_it, known),
        drafts_on(session, [ticket.id] if ticket.has_drafts else ()).get(ticket.id, ()),
        sides.shown(known),
        checklist_of(session, ticket.id, ticket.checklist_total),
        actor.may(ticket.mailbox_id, MailboxRight.ANSWER),
        tuple(file for files in comments.files.values() for file in files),
        left_out,
        delivery_statuses(session, ticket.id) if left_out else None,
    )


def _without_way_back(
    session: Session, actor: Actor, ticket_id: int, told: Sequence[Sequence[AnyRow]]
) -> Collection[int]:
    """The first rows of what cannot be undone though it stands."""
    left = left_by(told)
    heads = (part[0] for act in told for part in standing(act, left))
    return without_way_back(session, actor, ticket_id, heads)


def _read_ticket(session: Session, actor: Actor, number: str) -> AnyRow:
    if not actor.is_staff:
        raise NotAllowed("This page is for staff.")
    ticket = ask(session, TICKET, number=number.upper(), id=id_written(number)).one_or_none()
    if ticket is None or not actor.may(ticket.mailbox_id):
        raise NotFound("There is no such ticket.")
    return ticket


def _read_comments(
    session: Session, ticket: AnyRow, newest: int | None
) -> tuple[CommentRows, LeftOut | None]:
    asked = (one.comment_id for one in read_asked(ticket.asked_addresses))
    chosen, left_out = choose_shown(session, ticket.id, newest, ticket.comment_count, always=asked)
    return read_comments(session, ticket.id, chosen), left_out


def _fields(ticket: AnyRow, known: Mapping[int, PersonView]) -> TicketView:
    return ticket_view(
        ticket,
        known[ticket.requester_id],
        known.get(ticket.assignee_id),
        (ticket.mailbox_name, ticket.mailbox_address, ticket.mailbox_colour),
        ticket.order_number,
        ticket.tags,
        asks_reason=bool(ticket.asks_reason),
        team_name=ticket.team_name or "",
    )


def _participants(
    on_it: Sequence[AnyRow], known: Mapping[int, PersonView]
) -> tuple[ParticipantView, ...]:
    return tuple(
        ParticipantView(known[one.person_id], one.role, one.pending, _is_mailed(one))
        for one in on_it
    )


def _close(
    session: Session, requester_id: int, on_it: Sequence[AnyRow], known: Mapping[int, PersonView]
) -> frozenset[str]:
    pending = [known[one.person_id].address for one in on_it if one.pending]
    return close_addresses(session, requester_id, pending)


def attachment(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """An attachment, if the actor may see the comment it stands on.

    :raises NotFound: there is none, or not for this actor.
    """
    found = session.get(Attachment, known_id(attachment_id))
    comment = session.get(Comment, found.comment_id) if found else None
    if found is None or comment is None or not _may_see_comment(session, actor, comment):
        raise NotFound("There is no such file.")
    return found


def comment_html(session: Session, actor: Actor, comment_id: int) -> Comment:
    """A comment with its attachments, if the actor may see it: for showing its HTML.

    :raises NotFound: there is none, or not for this actor.
    """
    comment = session.scalar(
        select(Comment)
        .where(Comment.id == known_id(comment_id))
        .options(selectinload(Comment.attachments))
    )
    if comment is None or not _may_see_comment(session, actor, comment):
        raise NotFound("There is no such message.")
    return comment


def _is_mailed(one: AnyRow) -> bool:
    kind = NotificationKind.COMMENT
    return one.active and not is_muted(kind, one.muted, one.mailbox_muted or ())


def _may_see_comment(session: Session, actor: Actor, comment: Comment) -> bool:
    ticket = session.get_one(Ticket, comment.ticket_id)
    waits_to_leave = comment.leaves_at is not None
    hidden = comment.internal or comment.kind != MessageKind.MESSAGE or waits_to_leave
    return may_see(session, ticket, actor) and (actor.is_staff or not hidden)


def ticket_links(session: Session, actor: Actor, ticket_id: int) -> tuple[LinkView, ...]:
    """The tickets that are named, as far as the actor may see them; of the one where this one's
    conversation goes on at least the number, which says that it does not here.
    """
    rows = ask(session, LINKS, ticket_id=ticket_id).all()
    shown = []
    for number, subject, kind, outgoing, _, mailbox_id, status in sorted(
        rows, key=lambda row: (-row[3], row[4])
    ):
        if actor.may(mailbox_id):
            shown.append(LinkView(number, subject, kind, bool(outgoing), status))
        elif kind == TicketLinkKind.MERGED and outgoing:
            shown.append(LinkView(number, "", kind, True))
    return tuple(shown)
