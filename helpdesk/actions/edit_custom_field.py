"""Add, change and archive the fields that tickets have besides those of every desk. Who manages a
mailbox may for it, and who manages all for all; each change is logged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditKind, CannedReply, CustomField, FieldKind, Mailbox
from helpdesk.queries.custom_fields import may_manage
from helpdesk.queries.search_query import OPERATORS
from helpdesk.text import clean_line
from helpdesk.tickets import audit
from helpdesk.tickets.access import known_id
from helpdesk.tickets.custom_fields import KEY, field_words, folded, view_of
from helpdesk.tickets.seen_form import check_seen

LONGEST_NAME = 60
LONGEST_KEY = 30
LONGEST_CHOICE = 80
MOST_CHOICES = 100
MOST_FIELDS = 40
"""Fields in use that are for one mailbox, or for all."""
LAST_PLACE = 999
_RESERVED = {
    *OPERATORS,
    "attachment",
    "file",
    "files",
    "side",
    "or",
    "and",
    "not",
    "to",
    "id",
    "status",
    "search",
    "view",
    "q",
    "page",
}
_KIND_IN_LOG = AuditKind.CUSTOM_FIELD
_STAFF = "Only who manages a mailbox may change its fields."


@dataclass(frozen=True)
class FieldDraft:
    """A field as somebody wrote it."""

    name: str
    key: str = ""
    """Empty: made from the name. It is not looked at where a field is changed."""
    kind: str = FieldKind.TEXT
    """The same."""
    mailbox_id: int | None = None
    """The same: whose tickets have it; None for all."""
    choices: tuple[str, ...] = ()
    """The names of what there is to choose from, in order."""
    on_form: bool = False
    required: bool = False
    position: int = 0
    """Its place among the fields; 0 for the last, or where it is."""


def add_custom_field(
    session: Session, actor: Actor, draft: FieldDraft, *, now: datetime
) -> CustomField:
    """Add a field.

    :raises NotAllowed: the actor manages no mailbox.
    :raises InvalidInput: naming each field of the draft that does not hold.
    """
    _check_staff(actor)
    row = CustomField(choices=[], created_at=now)
    fields = validation.Fields()
    with fields:
        row.mailbox_id = _mailbox_id(session, actor, draft.mailbox_id)
        row.key = draft.key.strip()
        with fields:
            row.key = _key(session, row.mailbox_id, draft)
        with fields:
            _check_room(session, row.mailbox_id)
    with fields:
        row.kind = validation.member_of(FieldKind, draft.kind, "kind")
    _put(session, row, draft, fields)
    row.position = draft.position or _last_place(session, row.mailbox_id)
    session.add(row)
    session.flush()
    mailbox = session.get(Mailbox, row.mailbox_id) if row.mailbox_id else None
    where = mailbox.address if mailbox else "all mailboxes"
    words = f"{row.key} ({row.kind}), for {where}"
    audit.record(session, actor, _KIND_IN_LOG, row.name, "added", new=words, now=now)
    return row


def change_custom_field(
    session: Session,
    actor: Actor,
    field_id: int,
    draft: FieldDraft,
    *,
    seen: str | None = None,
    now: datetime,
) -> CustomField:
    """Change a field: its name, choices, place, and whether customers fill it in.

    A choice that is left out is offered no more, and stays on the tickets that have it. Where one
    is written in the place of another, that is its new name.

    :param seen: what it was as the form showed it; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed, NotFound, InvalidInput: as :func:`add_custom_field`.
    :raises ChangedMeanwhile:
    """
    row = _field(session, actor, field_id)
    before = field_words(view_of(row))
    check_seen(session, seen, before, _KIND_IN_LOG, row.name)
    fields = validation.Fields()
    called = {choice["id"]: choice["name"] for choice in row.choices}
    _put(session, row, draft, fields)
    row.position = draft.position or row.position
    _rename_in_canned(session, row, called)
    session.flush()
    name = before["name"]
    for what, new in field_words(view_of(row)).items():
        if (old := before[what]) != new:
            audit.record(session, actor, _KIND_IN_LOG, name, what, old=old, new=new, now=now)
    return row


def archive_custom_field(
    session: Session, actor: Actor, field_id: int, archived: bool, *, now: datetime
) -> CustomField:
    """Put a field out of use, or in use again. Tickets keep what stands in it.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: (``key``) another field has its key by now.
    """
    row = _field(session, actor, field_id)
    if archived != (row.archived_at is not None):
        if not archived:
            _check_room(session, row.mailbox_id)
        row.archived_at = now if archived else None
        new, old = ("archived", "in use") if archived else ("in use", "archived")
        audit.record(session, actor, _KIND_IN_LOG, row.name, "state", old=old, new=new, now=now)
    return row


def _check_staff(actor: Actor) -> None:
    if not actor.is_staff or not actor.decides_about_mail:
        raise NotAllowed(_STAFF)


def _mailbox_id(session: Session, actor: Actor, wanted: int | None) -> int | None:
    if wanted is None:
        if not may_manage(actor, None):
            raise InvalidInput("mailbox", "Choose a mailbox that you manage.")
        return None
    mailbox = session.get(Mailbox, known_id(wanted))
    if mailbox is None or mailbox.removed_at or not actor.may(mailbox.id):
        raise InvalidInput("mailbox", "There is no such mailbox.")
    if not may_manage(actor, mailbox.id):
        raise InvalidInput("mailbox", "Choose a mailbox that you manage.")
    return mailbox.id


def _field(session: Session, actor: Actor, field_id: int) -> CustomField:
    _check_staff(actor)
    row = session.get(CustomField, known_id(field_id), with_for_update=True)
    if row is None or not (row.mailbox_id is None or actor.may(row.mailbox_id)):
        raise NotFound("There is no such field.")
    if not may_manage(actor, row.mailbox_id):
        raise NotAllowed(_STAFF)
    return row


def _put(session: Session, row: CustomField, draft: FieldDraft, fields: validation.Fields) -> None:
    """Write what may change into the row, if all of it holds."""
    name, choices = clean_line(draft.name, 200), row.choices
    with fields:
        if not 1 <= len(name) <= LONGEST_NAME:
            raise InvalidInput("name", f"A field needs a name of 1 to {LONGEST_NAME} characters.")
    with fields:
        if row.kind == FieldKind.CHOICE:
            choices = _choices(row.choices, draft.choices)
    with fields:
        if not 0 <= draft.position <= LAST_PLACE:
            raise InvalidInput("position", f"A place is a number from 1 to {LAST_PLACE}.")
    fields.check()
    row.name, row.choices, row.on_form = name, choices, draft.on_form
    row.required = draft.required and draft.on_form


def _rename_in_canned(session: Session, row: CustomField, called: dict[int, str]) -> None:
    """Have canned replies and macros fill in choices by the names that they have now.

    :param called: what the choices were called before, by their ids.
    """
    renamed = {
        folded(old): choice["name"]
        for choice in row.choices
        if (old := called.get(choice["id"])) is not None and old != choice["name"]
    }
    if not renamed:
        return
    for reply in session.scalars(select(CannedReply)).all():
        typed = reply.custom.get(str(row.id))
        if typed is not None and folded(str(typed)) in renamed:
            reply.custom = {**reply.custom, str(row.id): renamed[folded(str(typed))]}


def _key(session: Session, mailbox_id: int | None, draft: FieldDraft) -> str:
    """The field's key, which no other field has that stands beside it.

    What is in a mailbox that somebody may not see is not asked: they learn nothing by a refusal.
    """
    key = draft.key.strip() or _key_from(clean_line(draft.name, 200))
    if not clean_line(draft.name):
        return key  # that it has no name is said already
    if not re.fullmatch(KEY, key, re.ASCII) or len(key) > LONGEST_KEY:
        words = f"A key is one word of small letters, digits and hyphens, at most {LONGEST_KEY}."
        raise InvalidInput("key", words)
    if key in _RESERVED:
        raise InvalidInput("key", f"“{key}:” means something else in a search. Choose another key.")
    beside = select(CustomField).where(CustomField.key == key)
    if mailbox_id is not None:
        is_for = or_(CustomField.mailbox_id.is_(None), CustomField.mailbox_id == mailbox_id)
        beside = beside.where(is_for)
    other = session.scalars(beside.limit(1)).one_or_none()
    if other is not None:
        raise InvalidInput("key", f"The field “{other.name}” has the key “{key}” already.")
    return key


def _key_from(name: str) -> str:
    """``Größe & Farbe`` → ``grosse-farbe``."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_KEY].strip("-")


def _choices(known: Sequence[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """The choices with these names, in this order, and behind them those that are gone."""
    wanted = [clean_line(name, 500) for name in names]
    wanted = [name for name in wanted if name]
    if not wanted:
        raise InvalidInput("choices", "A choice needs something to choose from: one in a line.")
    if len(wanted) > MOST_CHOICES:
        raise InvalidInput("choices", f"A field has at most {MOST_CHOICES} choices.")
    if longest := next((one for one in wanted if len(one) > LONGEST_CHOICE), ""):
        words = f"“{longest[:20]}…” is too long: a choice has at most {LONGEST_CHOICE} characters."
        raise InvalidInput("choices", words)
    twice = {folded(one) for one in wanted if [folded(o) for o in wanted].count(folded(one)) > 1}
    if twice:
        raise InvalidInput("choices", f"“{min(twice)}” stands there twice.")
    by_name = {folded(one["name"]): one for one in known}
    offered = [one for one in known if not one["gone"]]
    kept = {folded(name) for name in wanted} & set(by_name)
    made: list[dict[str, Any]] = []
    next_id = max((one["id"] for one in known), default=0) + 1
    for place, name in enumerate(wanted):
        before = by_name.get(folded(name))
        if before is None and place < len(offered) and folded(offered[place]["name"]) not in kept:
            before = offered[place]
        if before is None:
            made.append({"id": next_id, "name": name, "was": [], "gone": False})
            next_id += 1
            continue
        was = [one for one in (*before["was"], before["name"]) if folded(one) != folded(name)]
        made.append({"id": before["id"], "name": name, "was": was[-20:], "gone": False})
    ids = {one["id"] for one in made}
    return made + [{**one, "gone": True} for one in known if one["id"] not in ids]


def _check_room(session: Session, mailbox_id: int | None) -> None:
    count = select(func.count()).select_from(CustomField)
    same = CustomField.mailbox_id.is_not_distinct_from(mailbox_id)
    if (session.scalar(count.where(same, CustomField.archived_at.is_(None))) or 0) >= MOST_FIELDS:
        raise InvalidInput("mailbox", f"There are {MOST_FIELDS} fields already: archive one.")


def _last_place(session: Session, mailbox_id: int | None) -> int:
    same = CustomField.mailbox_id.is_not_distinct_from(mailbox_id)
    last = session.scalar(select(func.max(CustomField.position)).where(same)) or 0
    return min(last + 1, LAST_PLACE)
