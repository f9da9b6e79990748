"""Which comments of a long conversation a page shows: the first, and the newest.

All are read where there are few. Of many, those between are left out, but for what somebody could
miss there: what still waits to leave, what a decision is asked about, and the rest of a side
conversation whose newest messages are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select, union_all
from sqlalchemy.orm import Session

from helpdesk.models import Comment, SideConversation
from helpdesk.queries.conversation import SHOWN_TO_CUSTOMERS
from helpdesk.rows import ask
from helpdesk.vocabulary import MessageKind

NEWEST = 40
"""How many of the newest comments a page shows, unless it is asked for more."""
SPARED = 20
"""So few more are shown as well: nobody wants to ask for them."""
MORE = 100
"""How many earlier ones are shown at a time."""
MOST_APART = 1_000
"""Whoever wants more than this gets the whole conversation."""


@dataclass(frozen=True)
class LeftOut:
    """What of a conversation is not shown, and how to see it."""

    count: int
    first: int
    """The id of the oldest that is not shown."""
    since: int
    """The id of the oldest of the newest: of those from there on none is left out."""
    more: int
    """How many of the newest are to be asked for next; 0 where that would be all."""
    more_from: int
    """The id of the oldest that this shows."""
    step: int = MORE


def choose_shown(
    session: Session,
    ticket_id: int,
    newest: int | None,
    comment_count: int,
    *,
    public_only: bool = False,
    always: Iterable[int] = (),
) -> tuple[list[int] | None, LeftOut | None]:
    """The ids of the comments to be shown, or None for all of them; and what that leaves out.

    :param newest: how many of the newest are wanted; None for all.
    :param comment_count: how many the ticket has, in all.
    :param public_only: whether they are for customers.
    :param always: ids of comments that are shown wherever they stand.
    """
    if newest is None or comment_count <= newest + SPARED:
        return None, None
    made = _PUBLIC_IDS if public_only else _IDS
    ids = ask(session, made, ticket_id=ticket_id).scalars().all()
    if len(ids) <= newest + SPARED:
        return None, None
    kept = {ids[0], *always}
    if not public_only:
        kept.update(ask(session, _KEPT, ticket_id=ticket_id, since=ids[-newest]).scalars())
    return _chosen(ids, newest, kept)


def _chosen(
    ids: Sequence[int], newest: int, kept: set[int]
) -> tuple[list[int] | None, LeftOut | None]:
    since = ids[-newest]
    left = [one for one in ids if one < since and one not in kept]
    if not left:
        return None, None
    wanted = newest + MORE
    has_step = len(left) > MORE + SPARED and wanted <= MOST_APART
    more, more_from = (wanted, ids[-wanted]) if has_step else (0, 0)
    shown = [one for one in ids if one >= since or one in kept]
    return shown, LeftOut(len(left), left[0], since, more, more_from)


_of_ticket = bindparam("ticket_id", type_=Comment.ticket_id.type)
# Nothing here that stands in a row after its texts: SQLite reads through those to find it.
_IDS = (
    select(Comment.id)
    .where(Comment.ticket_id == _of_ticket, Comment.kind != MessageKind.TAKEN_BACK)
    .order_by(Comment.id)
)
_PUBLIC_IDS = _IDS.where(*SHOWN_TO_CUSTOMERS)
_KEPT = union_all(
    select(Comment.id).where(Comment.ticket_id == _of_ticket, Comment.leaves_at.is_not(None)),
    select(Comment.id).where(
        # Asked first, and once: most tickets have none, and so read no rows for this.
        exists().where(SideConversation.ticket_id == _of_ticket),
        Comment.ticket_id == _of_ticket,
        Comment.side_conversation_id.in_(
            select(Comment.side_conversation_id).where(
                Comment.ticket_id == _of_ticket,
                Comment.id >= bindparam("since", type_=Comment.id.type),
                Comment.side_conversation_id.is_not(None),
            )
        ),
    ),
)
"""What waits to leave, and all of the side conversations of which something is new."""
