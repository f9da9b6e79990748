"""What goes along where a ticket is merged, besides its messages: tags, what stands in the fields
that the team has made, and sleep; and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_out.untold import tell_only_who_sees
from helpdesk.models import (
    Change,
    Comment,
    CustomField,
    HistoryField,
    Participant,
    ParticipantRole,
    Person,
    SidePerson,
    Tag,
    Ticket,
    TicketMerge,
    TicketTag,
)
from helpdesk.rows import insert_row
from helpdesk.tickets.acts import BROUGHT_ALONG, acts
from helpdesk.tickets.custom_fields import fields_on, put_value, values_on, view_of
from helpdesk.tickets.history import OldRow, is_newest_of_thing, record_change
from helpdesk.tickets.snoozing import Snooze, read_snooze, set_snooze, snooze_of
from helpdesk.tickets.tags import MOST
from helpdesk.vocabulary import UNFINISHED, Folder

_ASKS = (
    "{address} asks on this ticket and is in a side conversation that would go back to it. "
    "Change the requester of the other one, or leave them together."
)


def carry_along(
    session: Session, actor: Actor, ticket: Ticket, goes_on: Ticket, now: datetime
) -> None:
    """Give the ticket that goes on the tags of the one that is merged into it, what stands in
    fields in which it has nothing, and the sooner end of their sleep. The messages are there
    already, and the one that is merged is not closed yet.

    Mail that was to tell colleagues of it who do not see the other one does not leave.
    """
    tell_only_who_sees(session, ticket, goes_on.mailbox_id, now)
    has = select(TicketTag.tag_id).where(TicketTag.ticket_id == goes_on.id)
    room = MOST - (session.scalar(select(func.count()).select_from(has.subquery())) or 0)
    tags = session.scalars(
        select(Tag)
        .join(TicketTag, TicketTag.tag_id == Tag.id)
        .where(TicketTag.ticket_id == ticket.id, Tag.id.not_in(has))
        .order_by(Tag.folded)
        .limit(max(room, 0))
        .with_for_update(read=True, of=Tag)
    )
    for tag in tags.all():
        insert_row(session, TicketTag, ticket_id=goes_on.id, tag_id=tag.id)
        old, field = OldRow("", tag.id), HistoryField.TAG
        record_change(session, goes_on, actor, field, old, tag.name, now, BROUGHT_ALONG)
    _fill_in(session, actor, ticket, goes_on, now)
    set_snooze(session, goes_on, actor, _sleep_of_both(ticket, goes_on), now, BROUGHT_ALONG)


def _fill_in(
    session: Session, actor: Actor, ticket: Ticket, goes_on: Ticket, now: datetime
) -> None:
    """Have that stand in fields of the one that goes on which are empty there."""
    fields = fields_on(session, goes_on.mailbox_id)
    values = values_on(session, fields, [ticket.id, goes_on.id])
    has = values.get(goes_on.id, {})
    for one in fields:
        value = values.get(ticket.id, {}).get(one.id)
        if value is not None and one.id not in has:
            put_value(session, goes_on.id, one, value)
            old, field = OldRow("", one.id), HistoryField.CUSTOM
            record_change(session, goes_on, actor, field, old, value.shown, now, BROUGHT_ALONG)


def _sleep_of_both(ticket: Ticket, goes_on: Ticket) -> Snooze | None:
    """Until when both sleep as one: until the sooner time. An awake one on which it is our turn
    keeps the other one awake, unless that was to sleep whatever comes.
    """
    came, here = snooze_of(ticket), snooze_of(goes_on)
    if came and here:
        return min(came, here, key=lambda one: one.until)
    if goes_on.status not in UNFINISHED or goes_on.folder != Folder.INBOX:
        return here
    if here is None:
        return came if goes_on.answered else None
    is_ours = ticket.status in UNFINISHED and not goes_on.answered
    return here if here.stays or not is_ours else None


def give_back(
    session: Session, actor: Actor, merge: TicketMerge, into: Ticket, now: datetime
) -> None:
    """Take off again what a merge brought, as far as nobody changed it since.

    :param into: where its messages stood, at the end of a row of merges.
    """
    brought: set[tuple[HistoryField, int]] | None = None
    for hop in _row_of_merges(session, merge):
        rows = {(row.field, row.old_id or 0): row for row in _brought_by(session, hop)}
        brought = set(rows) if brought is None else brought & set(rows)
        there = into if hop.into_id == into.id else session.get_one(Ticket, hop.into_id)
        for row in (rows[thing] for thing in sorted(brought)):
            if not is_newest_of_thing(session, row):
                continue
            take = _take_off if row.field == HistoryField.TAG else _empty
            take(session, actor, there, row, now)
    if merge.into_id == into.id:
        _wake_or_put_back(session, actor, merge, into, now)


def part_sides(
    session: Session, actor: Actor, ticket: Ticket, comment_ids: Sequence[int], now: datetime
) -> None:
    """See that nobody is on a ticket and in a side conversation that goes back to it: who was taken
    off the other one, and asked beside it since, is not on this one either.

    :raises InvalidInput: (``into``) it is the requester.
    """
    sides = select(Comment.side_conversation_id).where(
        Comment.id.in_(comment_ids), Comment.side_conversation_id.is_not(None)
    )
    aside = select(SidePerson.person_id).where(SidePerson.side_conversation_id.in_(sides))
    if asks := session.scalar(
        select(Person).where(Person.id == ticket.requester_id, Person.id.in_(aside))
    ):
        raise InvalidInput("into", _ASKS, address=asks.address)
    both = select(Participant).where(
        Participant.ticket_id == ticket.id,
        Participant.person_id.in_(aside),
        Participant.role == ParticipantRole.COPY,
    )
    for row in session.scalars(both.order_by(Participant.id)).all():
        old, field = OldRow(row.person.shown_name, row.person_id), HistoryField.IN_COPY
        record_change(session, ticket, actor, field, old, "", now, "in a side conversation")
        session.delete(row)
    session.flush()


def _row_of_merges(session: Session, merge: TicketMerge) -> Iterator[TicketMerge]:
    known: set[int] = set()
    hop: TicketMerge | None = merge
    while hop is not None and hop.ticket_id not in known:
        yield hop
        known.add(hop.ticket_id)
        hop = session.get(TicketMerge, hop.into_id)


def _brought_by(session: Session, merge: TicketMerge) -> list[Change]:
    """The rows of the tags that a merge brought, and of the fields that it filled in."""
    rows = session.scalars(
        select(Change)
        .where(Change.ticket_id == merge.into_id, Change.created_at == merge.merged_at)
        .order_by(Change.id)
    ).all()
    for act in acts(rows):
        head = act[0]
        if head.field == HistoryField.MERGED and head.new_value and head.old_id == merge.ticket_id:
            kinds = (HistoryField.TAG, HistoryField.CUSTOM)
            return [row for row in act if row.field in kinds and row.old_id is not None]
    return []


def _take_off(session: Session, actor: Actor, ticket: Ticket, row: Change, now: datetime) -> None:
    session.execute(
        delete(TicketTag).where(TicketTag.ticket_id == ticket.id, TicketTag.tag_id == row.old_id)
    )
    tag = session.get(Tag, row.old_id)
    old = OldRow(tag.name if tag else row.new_value, row.old_id)
    record_change(session, ticket, actor, HistoryField.TAG, old, "", now, BROUGHT_ALONG)


def _empty(session: Session, actor: Actor, ticket: Ticket, row: Change, now: datetime) -> None:
    field = session.get(CustomField, row.old_id)
    if field is not None:
        put_value(session, ticket.id, view_of(field), None)
        old = OldRow(row.new_value, field.id)
        record_change(session, ticket, actor, HistoryField.CUSTOM, old, "", now, BROUGHT_ALONG)


def _wake_or_put_back(
    session: Session, actor: Actor, merge: TicketMerge, into: Ticket, now: datetime
) -> None:
    """Have a ticket sleep as before a merge, if nothing woke it or put it to sleep since."""
    rows = session.scalars(
        select(Change)
        .where(Change.ticket_id == into.id, Change.field == HistoryField.SNOOZE)
        .order_by(Change.id.desc())
        .limit(10)
    ).all()
    of_merge = [row for row in rows if row.created_at == merge.merged_at]
    if not of_merge or rows[0] is not of_merge[0]:
        return
    before = read_snooze(of_merge[-1].old_value)
    sleeps = before is not None and before.until > now and into.status in UNFINISHED
    set_snooze(session, into, actor, before if sleeps else None, now, BROUGHT_ALONG)
