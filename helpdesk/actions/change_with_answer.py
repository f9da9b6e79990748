"""Change what an answer of staff, or a macro, is to change on its ticket, besides the status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_checklist import add_item, undo_item
from helpdesk.actions.change_tags import change_tags, undo_tags
from helpdesk.actions.change_ticket import assign, change_priority
from helpdesk.actions.set_custom_field import set_custom_fields, undo_custom_field
from helpdesk.actions.snooze import snooze
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import Change, ChecklistItem, Comment, HistoryField, Person, Ticket
from helpdesk.text import bounded_int
from helpdesk.tickets.access import id_written
from helpdesk.tickets.changed_with import ChangedWith
from helpdesk.tickets.checklists import in_order
from helpdesk.tickets.comments import is_plain_note
from helpdesk.tickets.history import is_newest_of_thing
from helpdesk.tickets.notes import hide_note
from helpdesk.tickets.snoozing import Snooze, read_snooze, set_snooze
from helpdesk.tickets.with_answer import ME, WithAnswer, written_custom
from helpdesk.vocabulary import UNFINISHED, Folder

LONGEST_SLEEP = 366 * 24
"""Hours."""


def change_with_answer(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    changes: WithAnswer,
    *,
    now: datetime,
    reason: str,
) -> Comment | None:
    """Make the changes that come with an answer; each is recorded with this reason.

    A ticket that is finished does not sleep, whatever they say.

    :returns: the note that was added, if one was.
    :raises NotAllowed:
    :raises InvalidInput: there is no such priority, or nobody of staff with this id any more;
        (``comment``) a field cannot have its value by now, or the checklist is full.
    """
    if changes.assignee:
        me = changes.assignee == ME and actor.person_id
        assign(session, actor, ticket, me or id_written(changes.assignee), now=now, reason=reason)
    if changes.priority:
        change_priority(session, actor, ticket, changes.priority, now=now, reason=reason)
    if changes.tags:
        names = changes.tags.split(",")
        change_tags(session, actor, ticket, add=names, now=now, reason=reason)
    if changes.snooze_hours and ticket.status in UNFINISHED and ticket.folder == Folder.INBOX:
        until = now.replace(microsecond=0) + timedelta(hours=read_hours(changes.snooze_hours))
        snooze(session, actor, ticket, Snooze(until), now=now, reason=reason)
    try:
        _fill_in(session, actor, ticket, changes, now, reason)
    except InvalidInput as problem:
        raise InvalidInput("comment", problem.message) from None
    if changes.note:
        return add_note(session, actor, ticket, text=changes.note, now=now)
    return None


def _fill_in(
    session: Session, actor: Actor, ticket: Ticket, changes: WithAnswer, now: datetime, reason: str
) -> None:
    """Fill in its fields, and put on its checklist what is not there yet."""
    if typed := changes.custom_values:
        set_custom_fields(session, actor, ticket, typed, now=now, reason=reason)
    if wanted := changes.checklist_items:
        known = {one.text for one in in_order(session, ticket.id)}
        for text in wanted:
            if text not in known:
                add_item(session, actor, ticket, text, now=now, reason=reason)


def read_hours(written: str) -> int:
    """How long a ticket is to sleep.

    :raises InvalidInput: (``snooze_hours``) it is no number of hours, or over a year.
    """
    hours = bounded_int(written, least=1, most=LONGEST_SLEEP)
    if hours is None:
        raise InvalidInput("snooze_hours", f"A ticket sleeps 1 to {LONGEST_SLEEP:,} hours.")
    return hours


def restore_with_answer(
    session: Session,
    actor: Actor,
    comment: Comment,
    ticket: Ticket,
    came_with_it: Mapping[HistoryField, ChangedWith],
    *,
    now: datetime,
    reason: str,
) -> WithAnswer:
    """Undo what came with an answer that is taken back, where nobody changed it since; returns all
    that came with it, whatever became of it.

    :param comment: the answer.
    :param came_with_it: its fields.
    """
    assigned = came_with_it.get(HistoryField.ASSIGNEE)
    prioritised = came_with_it.get(HistoryField.PRIORITY)
    if assigned and assigned.stands:
        before_id = assigned.first.old_id
        before = session.get(Person, before_id) if before_id else None
        before_id = before.id if before and before.is_staff else None
        assign(session, actor, ticket, before_id, now=now, reason=reason, tell=False)
    if prioritised and prioritised.stands:
        before_it = prioritised.first.old_value
        change_priority(session, actor, ticket, before_it, now=now, reason=reason)
    return WithAnswer(
        assigned.chosen if assigned else "",
        prioritised.chosen if prioritised else "",
        _take_tags_back(session, actor, comment, ticket, now, reason),
        _wake(session, actor, comment, ticket, now, reason),
        _take_note_back(session, actor, comment, ticket, now, reason),
        _empty_fields(session, actor, comment, ticket, now, reason),
        _take_items_off(session, actor, comment, ticket, now, reason),
    )


def _take_tags_back(
    session: Session, actor: Actor, comment: Comment, ticket: Ticket, now: datetime, reason: str
) -> str:
    came = _came_with(session, comment, HistoryField.TAG)
    if came:
        undo_tags(session, actor, ticket, came, now=now, reason=reason)
    return ",".join(row.new_value for row in came if row.new_value)


def _wake(
    session: Session, actor: Actor, comment: Comment, ticket: Ticket, now: datetime, reason: str
) -> str:
    """Have it sleep no longer than before, if nobody changed that since; how long it was to."""
    snoozed = [row for row in _came_with(session, comment, HistoryField.SNOOZE) if row.new_value]
    wanted = read_snooze(snoozed[-1].new_value) if snoozed else None
    if wanted is None:
        return ""
    if ticket.snoozed_until == wanted.until:
        set_snooze(session, ticket, actor, read_snooze(snoozed[-1].old_value), now, reason)
    return str(round((wanted.until - comment.created_at) / timedelta(hours=1)) or 1)


def _take_note_back(
    session: Session, actor: Actor, comment: Comment, ticket: Ticket, now: datetime, reason: str
) -> str:
    note = session.scalars(
        select(Comment)
        .where(
            Comment.ticket_id == ticket.id,
            Comment.id > comment.id,
            Comment.author_id == comment.author_id,
            Comment.created_at == comment.created_at,
        )
        .order_by(Comment.id)
        .limit(1)
    ).one_or_none()
    if note is None or not is_plain_note(note):
        return ""
    hide_note(session, actor, ticket, note, now, reason)
    return note.text


def _empty_fields(
    session: Session, actor: Actor, comment: Comment, ticket: Ticket, now: datetime, reason: str
) -> str:
    """Have fields hold again what they held before, if nobody changed them since."""
    came = _came_with(session, comment, HistoryField.CUSTOM)
    for row in came:
        if is_newest_of_thing(session, row):
            field_id, old = row.old_id or 0, row.old_value
            undo_custom_field(session, actor, ticket, field_id, old, now=now, reason=reason)
    return written_custom({f"field.{row.old_id}": row.new_value for row in came if row.new_value})


def _take_items_off(
    session: Session, actor: Actor, comment: Comment, ticket: Ticket, now: datetime, reason: str
) -> str:
    """Take the items off the checklist that nobody touched since."""
    came = _came_with(session, comment, HistoryField.CHECKLIST)
    added = [row for row in came if not row.old_value]
    items = [session.get_one(ChecklistItem, row.old_id) for row in added]
    for row in added:
        if is_newest_of_thing(session, row):
            undo_item(session, actor, ticket, row.old_id or 0, "", now=now, reason=reason)
    return "\n".join(item.text for item in items)


def _came_with(session: Session, comment: Comment, field: HistoryField) -> list[Change]:
    rows = select(Change).where(
        Change.ticket_id == comment.ticket_id,
        Change.field == field,
        Change.created_at == comment.created_at,
        Change.changed_by_id == comment.author_id,
    )
    return list(session.scalars(rows.order_by(Change.id)))
