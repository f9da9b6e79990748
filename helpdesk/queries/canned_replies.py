"""Canned replies: to choose from on a ticket, to look after, and as they read when filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import CannedReply, Change, Comment, HistoryField, Mailbox, Person, Ticket
from helpdesk.models.person import name_for_customers
from helpdesk.tickets.access import (
    STAFF_ONLY,
    check_staff,
    find_ticket,
    id_written,
    known_id,
    only_visible,
)
from helpdesk.tickets.canned_replies import (
    FilledText,
    Find,
    check,
    fill,
    fill_line,
    gaps_in,
    may_use,
)
from helpdesk.tickets.content import StoredFile, files_in
from helpdesk.tickets.custom_fields import all_fields
from helpdesk.tickets.with_answer import ME
from helpdesk.vocabulary import Folder, MessageKind, Role

_WITH = (
    joinedload(CannedReply.mailbox),
    joinedload(CannedReply.team),
    joinedload(CannedReply.moves_to),
)


@dataclass(frozen=True)
class CannedReplyView:
    """A canned reply, as it was written."""

    id: int
    name: str
    shortcut: str
    text: str
    mailbox_id: int | None
    mailbox_name: str
    """Empty where it is for all."""
    mailbox_address: str
    team_id: int | None
    team_name: str
    """Empty where it is for all."""
    language: str
    files: tuple[StoredFile, ...]
    status_after: str
    assignee: str
    """A person's id, ``me`` for who answers, or empty."""
    priority: str
    tags: tuple[str, ...]
    """The names of those that it puts on the ticket."""
    snooze_hours: int
    note: str
    """An internal note that it adds."""
    used_count: int
    used_at: datetime | None
    created_by_id: int | None
    updated_at: datetime
    custom: Mapping[int, str]
    """What it fills in of the fields that the team has made, as it is typed, by their ids."""
    checklist: tuple[str, ...]
    """The items that it puts on the checklist."""
    moves_to_id: int | None
    moves_to_address: str
    """The mailbox that a ticket goes to by it; empty for none."""

    @property
    def is_macro(self) -> bool:
        """Whether it acts without an answer."""
        return not self.text


@dataclass(frozen=True)
class CannedPreview:
    """A canned reply as it would read on a ticket."""

    number: str
    subject: str
    filled: FilledText


@dataclass(frozen=True)
class CannedChoice:
    """A canned reply by its name, to choose from."""

    id: int
    name: str
    mailbox_address: str
    """Empty where it is for all."""
    mailbox_id: int | None = None
    is_macro: bool = False
    """Whether it acts without an answer."""
    moves_to_id: int | None = None


def canned_choices(session: Session) -> tuple[CannedChoice, ...]:
    """All canned replies by their names."""
    is_macro = (CannedReply.text == "").label("is_macro")
    columns = (CannedReply.id, CannedReply.name, Mailbox.address, CannedReply.mailbox_id, is_macro)
    rows = session.execute(select(*columns, CannedReply.moves_to_id).outerjoin(CannedReply.mailbox))
    found = [
        CannedChoice(id_, name, address or "", mailbox_id, bool(acts), moves_to_id)
        for id_, name, address, mailbox_id, acts, moves_to_id in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def canned_replies(
    session: Session, actor: Actor, *, search: str = "", mailbox_id: int | None = None
) -> tuple[CannedReplyView, ...]:
    """The canned replies for all mailboxes, and those of the actor's, by name.

    :param search: words that stand in the name, the shortcut or the text, all of them.
    :param mailbox_id: only those offered on this mailbox's tickets.
    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, STAFF_ONLY)
    found = select(CannedReply).options(*_WITH)
    if mailbox_id is not None:
        found = found.where(_is_offered_in(mailbox_id))
    words = search.casefold().split()
    shown = [
        view_of(one)
        for one in session.scalars(found)
        if may_use(actor, one.mailbox_id, one.moves_to_id)
    ]
    return tuple(
        sorted(
            (one for one in shown if all(word in _searched(one) for word in words)),
            key=lambda one: (one.name.casefold(), one.id),
        )
    )


def offered_on(session: Session, actor: Actor, number: str) -> tuple[CannedReplyView, ...]:
    """The canned replies for a ticket: those in its own language before others, then those used
    most.

    :raises NotAllowed, NotFound:
    """
    check_staff(actor, STAFF_ONLY)
    ticket = find_ticket(session, actor, number)
    language = language_on(ticket)
    of_team = or_(CannedReply.team_id.is_(None), CannedReply.team_id == ticket.team_id)
    found = select(CannedReply).where(_is_offered_in(ticket.mailbox_id), of_team)
    rows = session.scalars(found.options(*_WITH))
    shown = [view_of(one) for one in rows if may_use(actor, one.mailbox_id, one.moves_to_id)]
    rank = {language: 0, "": 1}
    return tuple(
        sorted(
            shown,
            key=lambda one: (rank.get(one.language, 2), -one.used_count, one.name.casefold()),
        )
    )


def one_canned_reply(session: Session, actor: Actor, reply_id: int) -> CannedReplyView:
    """One canned reply.

    :raises NotAllowed, NotFound:
    """
    check_staff(actor, STAFF_ONLY)
    found = session.get(CannedReply, known_id(reply_id))
    if found is None or not may_use(actor, found.mailbox_id, found.moves_to_id):
        raise NotFound("There is no such canned reply.")
    return view_of(found)


def preview_of(
    session: Session, actor: Actor, name: str, text: str, mailbox_id: int | None
) -> CannedPreview | None:
    """A text that is being written, as it would read on the newest ticket that it is offered on;
    None where there is none.

    :param name: what it is called.
    :raises NotAllowed:
    :raises InvalidInput: (``text``) as where it is saved.
    """
    check_staff(actor, STAFF_ONLY)
    if not may_use(actor, mailbox_id):
        raise InvalidInput("mailbox", "There is no such mailbox.")
    check(name, text, texts_in(session, mailbox_id))
    in_inbox = select(Ticket).where(Ticket.folder == Folder.INBOX).order_by(Ticket.id.desc())
    tickets = only_visible(in_inbox, actor)
    if mailbox_id is not None:
        tickets = tickets.where(Ticket.mailbox_id == mailbox_id)
    ticket = session.scalar(tickets.limit(1))
    if ticket is None or actor.person_id is None:
        return None
    agent = session.get_one(Person, actor.person_id)
    return CannedPreview(ticket.number, ticket.subject, filled_on(session, ticket, agent, text))


def filled_on(session: Session, ticket: Ticket, agent: Person, text: str) -> FilledText:
    """A text as it reads on a ticket, answered by this agent.

    :raises InvalidInput: it is longer than an answer may be.
    """
    return fill(text, _values(ticket, agent), texts_in(session, ticket.mailbox_id))


def items_on(ticket: Ticket, agent: Person, items: Iterable[str], longest: int) -> list[str]:
    """Items for a checklist as they read on a ticket, each once and cut where it is too long."""
    values = _values(ticket, agent)
    return list(dict.fromkeys(fill_line(item, values)[:longest].rstrip() for item in items))


def gaps_noted(session: Session, change_ids: Sequence[int] | Select[int | None]) -> tuple[str, ...]:
    """What is still to be filled in of the notes that macros wrote, as it stands there.

    :param change_ids: of what a macro did to a ticket one row of the history, whichever.
    """
    of_act, head = aliased(Change), Change
    same = and_(head.ticket_id == of_act.ticket_id, head.created_at == of_act.created_at)
    notes = session.scalars(
        select(Comment.text)
        .join(head, head.old_id == Comment.id)
        .join(of_act, same)
        .where(
            of_act.id.in_(change_ids),
            head.field == HistoryField.MACRO,
            Comment.kind == MessageKind.MESSAGE,
            Comment.text.contains("?]"),  # as each gap ends: of many tickets no more is read
        )
        .order_by(Comment.id)
    )
    return tuple(dict.fromkeys(gap for note in notes for gap in gaps_in(note)))


def texts_in(session: Session, mailbox_id: int | None) -> Find:
    """Find texts by their names: a mailbox's own before those of all. They are read once, and only
    if one is asked for."""
    known: dict[str, str] = {}
    read: list[bool] = []

    def find(name: str) -> str | None:
        if not read:
            known.update(_texts(session, mailbox_id))
            read.append(True)
        return known.get(name.casefold())

    return find


def language_on(ticket: Ticket) -> str:
    """The language that a ticket's requester is answered in, as far as it is known."""
    mailbox = ticket.mailbox
    return ticket.language or ticket.requester.language or (mailbox.language if mailbox else "")


def view_of(reply: CannedReply) -> CannedReplyView:
    """A canned reply's row as a value."""
    mailbox = reply.mailbox
    assignee = ME if reply.assigns_me else str(reply.assignee_id or "")
    return CannedReplyView(
        id=reply.id,
        name=reply.name,
        shortcut=reply.shortcut,
        text=reply.text,
        mailbox_id=reply.mailbox_id,
        mailbox_name=mailbox.name if mailbox else "",
        mailbox_address=mailbox.address if mailbox else "",
        team_id=reply.team_id,
        team_name=reply.team.name if reply.team else "",
        language=reply.language,
        files=files_in(reply.files),
        status_after=reply.status_after or "",
        assignee=assignee,
        priority=reply.priority or "",
        tags=tuple(reply.tags),
        snooze_hours=reply.snooze_hours,
        note=reply.note,
        used_count=reply.used_count,
        used_at=reply.used_at,
        created_by_id=reply.created_by_id,
        updated_at=reply.updated_at,
        custom={int(field_id): typed for field_id, typed in reply.custom.items()},
        checklist=tuple(reply.checklist),
        moves_to_id=reply.moves_to_id,
        moves_to_address=reply.moves_to.address if reply.moves_to else "",
    )


def canned_words(session: Session, one: CannedReplyView) -> dict[str, str]:
    """All that can be changed of a canned reply, in words, as the log has it."""
    fields = all_fields(session, archived=True) if one.custom else ()
    filled = ((field.name, one.custom.get(field.id)) for field in fields)
    assignee = "whoever answers" if one.assignee == ME else ""
    if person_id := id_written(one.assignee):
        assignee = session.get_one(Person, person_id).shown_name
    # Two files of one name are told apart.
    files = (f"{file.filename} ({file.size:,} bytes, {file.sha256[:6]})" for file in one.files)
    return {
        "name": one.name,
        "text": one.text,
        "shortcut": one.shortcut,
        "mailbox": one.mailbox_address,
        "team": one.team_name,
        "language": one.language,
        "files": ", ".join(files),
        "status": one.status_after,
        "assignee": assignee,
        "priority": one.priority,
        "tags": ", ".join(one.tags),
        "hours of snooze": str(one.snooze_hours or ""),
        "note": one.note,
        "checklist": ", ".join(one.checklist),
        "moves to": one.moves_to_address,
        "fields": ", ".join(f"{name}: {typed}" for name, typed in filled if typed),
    }


def _searched(one: CannedReplyView) -> str:
    return f"{one.name} {one.shortcut} {one.text} {one.note}".casefold()


def _is_offered_in(mailbox_id: int | None) -> ColumnElement[bool]:
    return or_(CannedReply.mailbox_id.is_(None), CannedReply.mailbox_id == mailbox_id)


def _texts(session: Session, mailbox_id: int | None) -> dict[str, str]:
    columns = (CannedReply.name, CannedReply.text, CannedReply.mailbox_id)
    is_text = CannedReply.text != ""
    rows = session.execute(select(*columns).where(_is_offered_in(mailbox_id), is_text)).all()
    rows = sorted(rows, key=lambda row: row.mailbox_id is not None)
    return {row.name.casefold(): row.text for row in rows}


def _values(ticket: Ticket, agent: Person) -> Mapping[str, str]:
    """What is known on a ticket, by the names of variables; what is not is left out, or empty."""
    requester, order, mailbox = ticket.requester, ticket.order, ticket.mailbox
    name = requester.name_in_mails
    values = {
        "customer.name": name,
        "customer.first_name": _first(name, requester.address),
        "ticket.number": ticket.number,
        "ticket.subject": ticket.subject,
        "agent.name": agent.name,
        "agent.first_name": agent.name_for_customers,
        "mailbox.name": mailbox.name if mailbox else "",
    }
    if order is not None:
        values["order.number"], values["order.status"] = order.number, order.status
        links = (str(item.get("tracking_url") or "") for item in order.items)
        values["order.tracking_url"] = next(filter(None, links), "")
    return values


def _first(name: str, address: str) -> str:
    """The first name, as far as a whole name tells it: of “Dr. Berg” nothing."""
    return name_for_customers(name, address, Role.AGENT) if name else ""
