"""Add, change and delete canned replies. Staff who answer in a mailbox may for it, and those who
have all for all; what a colleague added, only they and admins delete. Each change is logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.change_checklist import MOST_ITEMS, checked_text
from helpdesk.actions.change_with_answer import read_hours
from helpdesk.actions.move_ticket import find_target
from helpdesk.actor import Actor
from helpdesk.detected_language import LANGUAGE_NAMES
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.mail_out.answer_values import PICTURE_TYPES
from helpdesk.markdown import named_pictures
from helpdesk.models import AuditKind, CannedReply, Mailbox, Person, Team
from helpdesk.queries.canned_replies import CannedReplyView, canned_words, texts_in, view_of
from helpdesk.text import clean_line, shortened
from helpdesk.tickets import audit
from helpdesk.tickets.access import actor_of, check_staff, id_written, known_id, may_be_given
from helpdesk.tickets.canned_replies import (
    WrittenReply,
    broken_by,
    check,
    may_change,
    may_use,
)
from helpdesk.tickets.content import StoredFile, rows_of
from helpdesk.tickets.custom_fields import fields_on, read_values
from helpdesk.tickets.seen_form import check_seen
from helpdesk.tickets.tags import MOST, tag_names
from helpdesk.tickets.with_answer import ME
from helpdesk.vocabulary import Priority, Status

LONGEST = 20_000
LONGEST_NAME = 80
LONGEST_SHORTCUT = 20
MOST_NAMED = 5
"""Up to so many pictures, or other canned replies, a refusal names."""
_STAFF_ONLY = "Only staff look after canned replies."
_KIND_IN_LOG = AuditKind.CANNED_REPLY
_SHORTCUT = re.compile(r"[\w.+-]+")


@dataclass(frozen=True)
class CannedReplyDraft:
    """A canned reply as somebody of staff wrote it."""

    name: str
    text: str
    """Empty for a macro, which acts without an answer."""
    shortcut: str = ""
    """One word; empty for none."""
    mailbox_id: int | None = None
    """Whose tickets it is for; None for all."""
    team_id: int | None = None
    """Of which team the ticket must be; None for any, and for none."""
    language: str = ""
    files: tuple[StoredFile, ...] = ()
    status_after: str = ""
    """Where an answer with it leaves the ticket; empty for the usual."""
    assignee: str = ""
    """Who gets the ticket then: a person's id, ``me`` for who answers, or nothing."""
    priority: str = ""
    tags: tuple[str, ...] = ()
    """The names of those that it puts on the ticket."""
    snooze_hours: str = ""
    """How long the ticket sleeps then; empty for not at all."""
    note: str = ""
    """An internal note that it adds."""
    custom: Mapping[str, str] = made_by(default_factory=dict)
    """What fields that the team has made are filled in with, by their keys or the names of their
    inputs (``field.12``); an empty one stays as it is."""
    checklist: tuple[str, ...] = ()
    """The items that it puts on the ticket's checklist."""
    moves_to: str = ""
    """Of a macro, the id or address of the mailbox that the ticket goes to."""

    @property
    def acts(self) -> bool:
        """Whether it does anything besides answering."""
        more = (self.status_after, self.assignee, self.priority, self.tags, self.snooze_hours)
        also = (self.note.strip(), self.moves_to, *self.custom.values(), *self.checklist)
        return any(text for text in (*more, *also))


def add_canned_reply(
    session: Session, actor: Actor, draft: CannedReplyDraft, *, now: datetime
) -> CannedReply:
    """Add a canned reply.

    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: naming each field that does not hold; (``mailbox``) the actor may not
        answer there.
    """
    check_staff(actor, _STAFF_ONLY)
    reply = CannedReply(created_at=now, created_by_id=actor.person_id)
    _put(session, actor, reply, draft, now)
    session.add(reply)
    session.flush()
    where = f"for {reply.mailbox.address if reply.mailbox else 'all mailboxes'}"
    audit.record(session, actor, _KIND_IN_LOG, reply.name, "added", new=where, now=now)
    return reply


def change_canned_reply(
    session: Session,
    actor: Actor,
    reply_id: int,
    draft: CannedReplyDraft,
    *,
    seen: str | None = None,
    now: datetime,
) -> CannedReply:
    """Change a canned reply; what was answered with it stays as it was.

    :param seen: what it was as the form showed it; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed, NotFound, ChangedMeanwhile:
    :raises InvalidInput: naming each field that does not hold; or others insert it, and could not.
    """
    reply = _reply(session, actor, reply_id)
    before, was = canned_words(session, view_of(reply)), _written(reply)
    check_seen(session, seen, before, _KIND_IN_LOG, reply.name)
    _put(session, actor, reply, draft, now)
    _check_others(session, actor, was, _written(reply))
    session.flush()
    session.expire(reply, ["team", "moves_to"])
    name = before["name"]
    for what, new in canned_words(session, view_of(reply)).items():
        if (old := before[what]) != new:
            old, new = shortened(old, 80), shortened(new, 80)
            audit.record(session, actor, _KIND_IN_LOG, name, what, old=old, new=new, now=now)
    return reply


def delete_canned_reply(
    session: Session, actor: Actor, reply_id: int, *, now: datetime
) -> CannedReplyView:
    """Delete a canned reply; returns what it was, by which it can be added again.

    :raises NotFound:
    :raises NotAllowed: a colleague added it, and the actor is no admin; or may not answer there.
    :raises InvalidInput: (``delete``) others insert it.
    """
    reply = _reply(session, actor, reply_id)
    if not may_delete(actor, reply.created_by_id):
        raise NotAllowed("Only who added it, or an admin, may delete a canned reply.")
    _check_others(session, actor, _written(reply), None)
    was = view_of(reply)
    session.delete(reply)
    session.flush()
    old = shortened(was.text, 80)
    audit.record(session, actor, _KIND_IN_LOG, was.name, "deleted", old=old, now=now)
    return was


def may_delete(actor: Actor, created_by_id: int | None) -> bool:
    """Whether the actor may delete a canned reply that this person added."""
    return actor.is_admin or (actor.is_staff and actor.person_id == created_by_id)


def _reply(session: Session, actor: Actor, reply_id: int) -> CannedReply:
    check_staff(actor, _STAFF_ONLY)
    found = session.get(CannedReply, known_id(reply_id), with_for_update=True)
    if found is None or not may_use(actor, found.mailbox_id, found.moves_to_id):
        raise NotFound("There is no such canned reply.")
    if not may_change(actor, found.mailbox_id):
        raise NotAllowed("You may use this canned reply, and not change it.")
    return found


def _put(
    session: Session, actor: Actor, reply: CannedReply, draft: CannedReplyDraft, now: datetime
) -> None:
    """Write the draft into the row, if all of it holds."""
    if not may_use(actor, draft.mailbox_id):
        raise InvalidInput("mailbox", "There is no such mailbox.")
    if not may_change(actor, draft.mailbox_id):
        raise InvalidInput("mailbox", "Choose a mailbox in which you may answer.")
    fields = validation.Fields()
    name, text = clean_line(draft.name, 200), ""
    with fields:
        if not 1 <= len(name) <= LONGEST_NAME or set(name) & set('“”„«»"{}'):
            raise InvalidInput(
                "name", f"A name has 1 to {LONGEST_NAME} characters, no quotation marks or braces."
            )
    with fields:
        text = _checked_text(session, draft, name)
    with fields:
        _put_more(session, reply, draft, name)
    with fields:
        _put_choices(session, reply, draft)
    with fields:
        reply.custom = _custom(session, draft)
    with fields:
        reply.checklist = _items(draft)
    with fields:
        reply.moves_to_id = _moves_to(session, actor, reply, draft)
    with fields:
        _check_may_have(session, reply)
    with fields:
        reply.shortcut = _shortcut(draft.shortcut)
    with fields:
        _check_alone(session, reply, "name", name, draft)
    with fields:
        _check_alone(session, reply, "shortcut", _shortcut(draft.shortcut), draft)
    fields.check()
    reply.name, reply.text, reply.files = name, text, rows_of(draft.files)
    reply.updated_at, reply.updated_by_id = now, actor.person_id


def _written(reply: CannedReply) -> WrittenReply:
    return WrittenReply(reply.id, reply.name, reply.text, reply.note, reply.mailbox_id)


def _check_others(
    session: Session, actor: Actor, was: WrittenReply, becomes: WrittenReply | None
) -> None:
    """See that those which insert a canned reply still can."""
    rows = session.scalars(select(CannedReply).where(CannedReply.id != was.id)).all()
    ids = broken_by(was, becomes, [_written(one) for one in rows])
    if not ids:
        return
    broken = [one for one in rows if one.id in ids]
    shown = [one.name for one in broken if may_use(actor, one.mailbox_id, one.moves_to_id)]
    listed = sorted(shown, key=str.casefold)[:MOST_NAMED]
    named = ", ".join(f"“{name}”" for name in listed)
    if len(broken) > len(listed):
        named = f"{named} and others" if named else "Others"
    field = "delete"
    if becomes is not None:
        moved = was.mailbox_id != becomes.mailbox_id
        field = "name" if was.name != becomes.name else "mailbox" if moved else "text"
    inserts = "inserts" if len(broken) == len(listed) == 1 else "insert"
    words = f"{named} {inserts} “{was.name}”, and could not any more: change that first."
    raise InvalidInput(field, words)


def _checked_text(session: Session, draft: CannedReplyDraft, name: str) -> str:
    if not draft.text.strip() and draft.acts:
        if draft.files:
            raise InvalidInput("text", "Files go with an answer: write one, or take them away.")
        return ""
    if not draft.text.strip():
        words = "Write a text, or choose what it does: without a text it is a macro."
        raise InvalidInput("text", words)
    text = validation.message(draft.text, "text", LONGEST)
    there = {file.filename for file in draft.files if file.content_type in PICTURE_TYPES}
    if missing := sorted(named_pictures(text) - there):
        named = ", ".join(f"“{shown}”" for shown in missing[:MOST_NAMED])
        words = f"No picture of this name is among its files: {named}. Add it, or take it out."
        raise InvalidInput("text", words)
    others = texts_in(session, draft.mailbox_id)
    known = {name.casefold(): text}
    check(name, text, lambda wanted: known.get(wanted.casefold()) or others(wanted))
    return text


def _put_more(session: Session, reply: CannedReply, draft: CannedReplyDraft, name: str) -> None:
    """Write the tags, the snooze and the note into the row, if they hold."""
    tags = list(tag_names(draft.tags).values())
    if len(tags) > MOST:
        raise InvalidInput("tags", f"A ticket has at most {MOST} tags.")
    hours = read_hours(draft.snooze_hours) if draft.snooze_hours else 0
    if hours and draft.status_after in (Status.RESOLVED, Status.CLOSED):
        raise InvalidInput("snooze_hours", "A finished ticket cannot be snoozed.")
    note = draft.note.strip()
    if note:
        note = validation.message(note, "note", LONGEST)
        try:
            check(name, note, texts_in(session, draft.mailbox_id))
        except InvalidInput as problem:
            raise InvalidInput("note", problem.message) from None
    reply.tags, reply.snooze_hours, reply.note = tags, hours, note


def _custom(session: Session, draft: CannedReplyDraft) -> dict[str, str]:
    """What it fills in, by the ids of fields that the tickets have that it is for.

    :raises InvalidInput: naming each that does not hold.
    """
    typed = {name: text for name, text in draft.custom.items() if text.strip()}
    found, wrong = read_values(fields_on(session, draft.mailbox_id), typed)
    if wrong:
        first, *others = wrong
        first.others = tuple(others)
        raise first
    return {str(field_id): value.shown for field_id, value in found.items()}


def _items(draft: CannedReplyDraft) -> list[str]:
    lines = [line for line in draft.checklist if line.strip()]
    if len(lines) > MOST_ITEMS:
        raise InvalidInput("checklist", f"A checklist has at most {MOST_ITEMS} items.")
    try:
        items = list(dict.fromkeys(map(checked_text, lines)))
        for item in items:
            check("", item, lambda _: None)
        return items
    except InvalidInput as problem:
        raise InvalidInput("checklist", problem.message) from None


def _moves_to(
    session: Session, actor: Actor, reply: CannedReply, draft: CannedReplyDraft
) -> int | None:
    if not draft.moves_to:
        return None
    if draft.text.strip():
        words = (
            "An answer leaves from the ticket's mailbox: only a macro, without a text, moves it."
        )
        raise InvalidInput("moves_to", words)
    if draft.moves_to == str(reply.moves_to_id or ""):
        return reply.moves_to_id
    try:
        return find_target(session, actor, draft.moves_to).id
    except InvalidInput as problem:
        raise InvalidInput("moves_to", problem.message) from None


def _put_choices(session: Session, reply: CannedReply, draft: CannedReplyDraft) -> None:
    mailbox = None
    if draft.mailbox_id is not None:
        mailbox = session.get(Mailbox, known_id(draft.mailbox_id))
        if mailbox is None or (mailbox.removed_at and mailbox.id != reply.mailbox_id):
            raise InvalidInput("mailbox", "There is no such mailbox.")
    team = session.get(Team, known_id(draft.team_id)) if draft.team_id is not None else None
    if draft.team_id is not None and team is None:
        raise InvalidInput("team", "There is no such team.")
    reply.mailbox, reply.team_id = mailbox, draft.team_id
    if draft.language:
        validation.one_of(draft.language, LANGUAGE_NAMES, "language")
    status = (
        validation.member_of(Status, draft.status_after, "status") if draft.status_after else None
    )
    priority = (
        validation.member_of(Priority, draft.priority, "priority") if draft.priority else None
    )
    wanted = draft.assignee
    person = session.get(Person, id_written(wanted)) if wanted and wanted != ME else None
    if wanted and wanted != ME and (person is None or not (person.is_staff and person.active)):
        raise InvalidInput("assignee", "A ticket can be given to active staff only.")
    reply.language, reply.status_after, reply.priority = draft.language, status, priority
    reply.assigns_me, reply.assignee_id = wanted == ME, person.id if person else None


def _check_may_have(session: Session, reply: CannedReply) -> None:
    """See that its assignee can be given tickets of the mailbox where it leaves them."""
    box = reply.moves_to_id or (reply.mailbox.id if reply.mailbox else None)
    person = session.get(Person, reply.assignee_id) if reply.assignee_id and box else None
    if person is not None and not may_be_given(actor_of(person), box):
        words = f"{person.shown_name} may not answer in that mailbox, and cannot have its tickets."
        raise InvalidInput("assignee", words)


def _shortcut(typed: str) -> str:
    word = clean_line(typed, 100).removeprefix(";").casefold()
    if word and (len(word) > LONGEST_SHORTCUT or not _SHORTCUT.fullmatch(word)):
        raise InvalidInput(
            "shortcut", f"A shortcut is one word of at most {LONGEST_SHORTCUT} letters and digits."
        )
    return word


def _check_alone(
    session: Session, reply: CannedReply, field: str, value: str, draft: CannedReplyDraft
) -> None:
    """Refuse a name, or a shortcut, that another one has in the same mailbox and team, or among
    all's.
    """
    columns = (CannedReply.id, CannedReply.name, CannedReply.shortcut)
    same_place = (
        CannedReply.mailbox_id.is_not_distinct_from(draft.mailbox_id),
        CannedReply.team_id.is_not_distinct_from(draft.team_id),
    )
    for other in session.execute(select(*columns).where(*same_place)) if value else ():
        if other.id != reply.id and getattr(other, field).casefold() == value.casefold():
            raise InvalidInput(field, f"“{other.name}” has this {field} already.")
