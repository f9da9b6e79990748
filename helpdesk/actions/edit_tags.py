"""Rename, colour, merge and delete tags, on all tickets at once. Admins only; each is logged.

The tickets' histories keep the names that tags had.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.orm import Session, aliased

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import (
    AuditKind,
    CannedReply,
    FormerTagName,
    SavedView,
    Tag,
    TagColour,
    TicketTag,
)
from helpdesk.tickets import audit
from helpdesk.tickets.access import known_id
from helpdesk.tickets.seen_form import check_seen
from helpdesk.tickets.tags import folded, tag_name, tag_names

MOST_FORMER = 50
"""Names that are kept of what a tag was called before."""
_TAG_IN_SEARCH = re.compile(
    r'(?P<operator>(?:^|(?<=[\s-]))tag:)(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))'
)


def rename_tag(
    session: Session,
    actor: Actor,
    tag_id: int,
    name: str,
    *,
    seen: str | None = None,
    now: datetime,
) -> Tag:
    """Call a tag something else, wherever it stands. A search by its old name still finds it.

    :param seen: what it was as the form showed it; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed, NotFound, ChangedMeanwhile:
    :raises InvalidInput: (``tags``) it is no name, or another tag has it.
    """
    (tag,) = _tags(session, actor, tag_id)
    check_seen(session, seen, {"name": tag.name}, AuditKind.TAG, tag.name)
    name = tag_name(name)
    taken = select(Tag).where(Tag.folded == folded(name), Tag.id != tag.id)
    if session.scalar(taken):
        raise InvalidInput("tags", f"There is a tag “{name}” already: merge this one into it.")
    if name != tag.name:
        audit.record(
            session, actor, AuditKind.TAG, tag.name, "name", old=tag.name, new=name, now=now
        )
        _rename_in_canned(session, tag.folded, [name])
        _rename_in_views(session, tag.folded, name)
        if tag.folded != folded(name):
            _keep_former_name(session, tag.folded, tag.id, now)
        tag.name, tag.folded = name, folded(name)
        session.flush()
    return tag


def colour_tag(session: Session, actor: Actor, tag_id: int, colour: str, *, now: datetime) -> Tag:
    """Give a tag another colour.

    :raises NotAllowed, NotFound, InvalidInput:
    """
    (tag,) = _tags(session, actor, tag_id)
    wanted = validation.member_of(TagColour, colour, "colour")
    if wanted != tag.colour:
        audit.record(
            session, actor, AuditKind.TAG, tag.name, "colour", old=tag.colour, new=wanted, now=now
        )
        tag.colour = wanted
    return tag


def merge_tags(session: Session, actor: Actor, tag_id: int, into_id: int, *, now: datetime) -> int:
    """Have another tag stand wherever this one does, and delete this one; a search by its name
    finds the other. It cannot be undone.

    :returns: how many tickets had it.
    :raises NotAllowed, NotFound:
    :raises InvalidInput: (``into``) both are the same.
    """
    if tag_id == into_id:
        raise InvalidInput("into", "Choose another tag to merge this one into.")
    tag, into = _tags(session, actor, tag_id, into_id)
    both = aliased(TicketTag)
    has_both = select(both.ticket_id).where(
        both.tag_id == into.id, both.ticket_id == TicketTag.ticket_id
    )
    # Where both stand, one is too many; what is left changes its tag.
    twice = delete(TicketTag).where(TicketTag.tag_id == tag.id, has_both.exists())
    rest = update(TicketTag).where(TicketTag.tag_id == tag.id).values(tag_id=into.id)
    count = _rows(session, twice) + _rows(session, rest)
    audit.record(session, actor, AuditKind.TAG, tag.name, "merged", new=into.name, now=now)
    _rename_in_canned(session, tag.folded, [into.name])
    _rename_in_views(session, tag.folded, into.name)
    its_own = FormerTagName.tag_id == tag.id
    session.execute(update(FormerTagName).where(its_own).values(tag_id=into.id))
    _keep_former_name(session, tag.folded, into.id, now)
    session.delete(tag)
    session.flush()
    return count


def delete_tag(session: Session, actor: Actor, tag_id: int, *, now: datetime) -> int:
    """Take a tag off all tickets, and delete it. It cannot be undone.

    :returns: how many tickets had it.
    :raises NotAllowed, NotFound:
    """
    (tag,) = _tags(session, actor, tag_id)
    count = _rows(session, delete(TicketTag).where(TicketTag.tag_id == tag.id))
    said = f"from {count:,} ticket{'' if count == 1 else 's'}"
    audit.record(session, actor, AuditKind.TAG, tag.name, "deleted", old=said, now=now)
    _rename_in_canned(session, tag.folded, [])
    session.execute(delete(FormerTagName).where(FormerTagName.tag_id == tag.id))
    session.delete(tag)
    session.flush()
    return count


def _tags(session: Session, actor: Actor, *tag_ids: int) -> tuple[Tag, ...]:
    """These tags, locked, so that nobody puts one on a ticket meanwhile."""
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change tags.")
    wanted = select(Tag).where(Tag.id.in_(map(known_id, tag_ids))).order_by(Tag.folded)
    found = {tag.id: tag for tag in session.scalars(wanted.with_for_update())}
    if len(found) < len(tag_ids):
        raise NotFound("There is no such tag.")
    return tuple(found[tag_id] for tag_id in tag_ids)


def _rename_in_canned(session: Session, name: str, new: list[str]) -> None:
    """Have canned replies and macros put other tags on tickets than the one of this name."""
    for reply in session.scalars(select(CannedReply)).all():
        if any(folded(tag) == name for tag in reply.tags):
            kept = [tag for tag in reply.tags if folded(tag) != name]
            reply.tags = list(tag_names([*kept, *new]).values())


def _rename_in_views(session: Session, name: str, new: str) -> None:
    """Have saved views look for another tag than the one of this name."""

    def renamed(found: re.Match[str]) -> str:
        if folded(found["quoted"] or found["bare"] or "") != name:
            return found[0]
        quoted = f'"{new}"' if re.search(r"\s", new) else new
        return f"{found['operator']}{quoted}"

    for view in session.scalars(select(SavedView).where(SavedView.search.contains("tag:"))).all():
        view.search = _TAG_IN_SEARCH.sub(renamed, view.search)


def _keep_former_name(session: Session, name: str, tag_id: int, now: datetime) -> None:
    """Have a search by this name lead to the tag from now on, and forget the oldest of many."""
    session.merge(FormerTagName(folded=name, tag_id=tag_id, until=now))
    session.flush()
    newest_first = FormerTagName.until.desc(), FormerTagName.folded
    of_tag = select(FormerTagName).where(FormerTagName.tag_id == tag_id)
    for old in session.scalars(of_tag.order_by(*newest_first).offset(MOST_FORMER)):
        session.delete(old)


def _rows(session: Session, statement: Delete | Update) -> int:
    return session.connection().execute(statement).rowcount
