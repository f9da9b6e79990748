"""Save a search as a view, change it, delete it, and undo that. All staff may, and may share
theirs; what a colleague shares, only they and admins change. What is done to a shared one is
logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditKind, SavedView
from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.queue_order import choice_named
from helpdesk.queries.search_query import LONGEST, read_search_query
from helpdesk.queries.views import COLUMNS, VIEWS, may_change_view, view_of, view_words
from helpdesk.text import clean_line
from helpdesk.tickets import audit
from helpdesk.tickets.access import check_staff, known_id
from helpdesk.tickets.seen_form import check_seen
from helpdesk.vocabulary import Folder

LONGEST_NAME = 40
MOST_VIEWS = 80
"""Saved views in one list: one's own and all that are shared."""
MOST_FIELDS = 5
"""Fields that the team has made, in a row."""
LAST_PLACE = 999
KEPT = timedelta(days=1)
"""How long a deleted view can be had again."""
_STAFF_ONLY = "Views are for staff."
_BASES = {Folder.SPAM: "spam", Folder.TRASH: "trash"}
"""The views of the folders, where a search names one."""


@dataclass(frozen=True)
class ViewDraft:
    """A view as somebody of staff wrote it."""

    name: str
    search: str = ""
    base: str = "all"
    """The name of the view of the desk that it narrows."""
    sort: str = ""
    """Its order, as ``queries.queue_order`` names it; empty for that of the view it narrows."""
    columns: tuple[str, ...] = COLUMNS
    """What a row shows; of a field that the team has made the name of its input (``field.12``)."""
    shared: bool = False
    position: int = 0
    """Its place among the saved views; 0 for the last."""


def save_view(session: Session, actor: Actor, draft: ViewDraft, *, now: datetime) -> SavedView:
    """Save a view.

    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: naming each field that does not hold.
    """
    check_staff(actor, _STAFF_ONLY)
    assert actor.person_id
    view = SavedView(owner_id=actor.person_id, created_at=now)
    _put(session, actor, view, draft, now)
    session.add(view)
    session.flush()
    _log(session, actor, view, "added", now)
    return view


def change_view(
    session: Session,
    actor: Actor,
    view_id: int,
    draft: ViewDraft,
    *,
    seen: str | None = None,
    now: datetime,
) -> SavedView:
    """Change a saved view: its name, what it finds, how it looks, and who has it.

    :param seen: what it was as the form showed it; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotFound: there is none, or it is a colleague's own.
    :raises NotAllowed: a colleague shares it, and the actor is no admin.
    :raises InvalidInput: naming each field that does not hold.
    :raises ChangedMeanwhile:
    """
    view = _view(session, actor, view_id)
    known = known_fields(session, actor)
    was, was_shared = view_words(view_of(view), known), view.shared
    check_seen(session, seen, was, AuditKind.VIEW, view.name)
    if actor.person_id != view.owner_id and not draft.shared:
        raise InvalidInput("shared", "Only its owner may keep it for themselves.")
    _put(session, actor, view, draft, now)
    session.flush()
    for field, new in view_words(view_of(view), known).items():
        if (old := was[field]) != new and (view.shared or was_shared):
            name = was["name"]
            audit.record(session, actor, AuditKind.VIEW, name, field, old=old, new=new, now=now)
    return view


def delete_view(session: Session, actor: Actor, view_id: int, *, now: datetime) -> SavedView:
    """Delete a saved view; for a day it can be had again.

    :raises NotFound, NotAllowed: as :func:`change_view`.
    """
    view = _view(session, actor, view_id)
    session.execute(delete(SavedView).where(SavedView.deleted_at < now - KEPT))
    view.deleted_at = now
    _log(session, actor, view, "deleted", now)
    return view


def restore_view(session: Session, actor: Actor, view_id: int, *, now: datetime) -> SavedView:
    """Undo that a view was deleted.

    :raises NotFound, NotAllowed: as :func:`change_view`.
    """
    view = _view(session, actor, view_id, deleted=True)
    view.deleted_at = None
    _log(session, actor, view, "restored", now)
    return view


def _view(session: Session, actor: Actor, view_id: int, *, deleted: bool = False) -> SavedView:
    check_staff(actor, _STAFF_ONLY)
    view = session.get(SavedView, known_id(view_id), with_for_update=True)
    is_hidden = view is not None and not view.shared and view.owner_id != actor.person_id
    if view is None or is_hidden or (view.deleted_at is not None) != deleted:
        raise NotFound("There is no such view.")
    if not may_change_view(actor, view.owner_id):
        raise NotAllowed("Only who shares a view, or an admin, may change it.")
    return view


def _put(session: Session, actor: Actor, view: SavedView, draft: ViewDraft, now: datetime) -> None:
    """Write the draft into the row, if all of it holds."""
    fields = validation.Fields()
    name, search = clean_line(draft.name, 200), clean_line(draft.search, 1000)
    known = known_fields(session, actor)
    query, own = read_search_query(search, known), [one.input for one in known]
    base = _BASES.get(Folder(query.folder), draft.base) if query.folder else draft.base
    with fields:
        if not 1 <= len(name) <= LONGEST_NAME:
            raise InvalidInput("name", f"A name has 1 to {LONGEST_NAME} characters.")
    with fields:
        if len(search) > LONGEST:
            raise InvalidInput("search", f"A search has at most {LONGEST} characters.")
        if query.not_known:
            raise InvalidInput("search", f"Not understood: {' '.join(query.not_known)}")
    with fields:
        validation.one_of(base, VIEWS, "base")
    with fields:
        if base in VIEWS and draft.sort and choice_named(base, draft.sort) is None:
            raise InvalidInput("sort", f"“{VIEWS[base].label}” is not shown in this order.")
    with fields:
        # What the owner sees of it and whoever changes it does not, stays.
        unseen = [one for one in view.columns or () if one not in (*COLUMNS, *own)]
        if not set(draft.columns) <= {*COLUMNS, *own, *unseen}:
            raise InvalidInput("columns", "A row shows nothing of the kind.")
        if len(set(draft.columns) - set(COLUMNS)) > MOST_FIELDS:
            words = f"A row shows at most {MOST_FIELDS} of your own fields."
            raise InvalidInput("columns", words)
    with fields:
        if not 0 <= draft.position <= LAST_PLACE:
            raise InvalidInput("position", f"A place is a number from 1 to {LAST_PLACE}.")
    with fields:
        _check_room(session, view, name, draft.shared)
    fields.check()
    view.position = draft.position or _last_place(session)
    view.name, view.search, view.base, view.sort = name, search, base, draft.sort
    chosen = [column for column in (*COLUMNS, *own) if column in draft.columns]
    view.columns = [*chosen, *unseen]
    view.shared, view.updated_at = draft.shared, now


def _check_room(session: Session, view: SavedView, name: str, shared: bool) -> None:
    """Refuse a name that another one has beside it, and more views than a list can show."""
    among = SavedView.shared.is_(True) if shared else SavedView.owner_id == view.owner_id
    others = session.scalars(
        select(SavedView.name).where(
            or_(among, SavedView.shared.is_(True)),
            SavedView.deleted_at.is_(None),
            SavedView.id != (view.id or 0),
        )
    ).all()
    if name.casefold() in (other.casefold() for other in others):
        raise InvalidInput("name", "There is a view of this name.")
    if not view.id and len(others) >= MOST_VIEWS:
        raise InvalidInput("name", "There are too many views: delete one that nobody uses.")


def _last_place(session: Session) -> int:
    last = session.scalar(select(func.max(SavedView.position))) or 0
    return min(last + 1, LAST_PLACE)


def _log(session: Session, actor: Actor, view: SavedView, field: str, now: datetime) -> None:
    if view.shared:
        what = view.search or view.base
        old, new = (what, "") if field == "deleted" else ("", what)
        audit.record(session, actor, AuditKind.VIEW, view.name, field, old=old, new=new, now=now)
