"""One ticket as its customers see it: no notes, no addresses of staff, no routing, no priority.

Who is in copy sees the conversation and how it stands; order and rating are the requester's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Change, Comment, HistoryField
from helpdesk.queries.conversation import SHOWN_TO_CUSTOMERS, CommentView, conversation
from helpdesk.queries.followed_link import Follower, follow_link
from helpdesk.queries.people import PersonView
from helpdesk.queries.shown_comments import NEWEST, LeftOut, choose_shown
from helpdesk.queries.told_changes import told_changes
from helpdesk.vocabulary import Role, Status


@dataclass(frozen=True)
class Step:
    """A change that concerns customers: which status the ticket came to, and when."""

    status: str
    again: bool
    """It was open before: this is its reopening."""
    by_follower: bool
    at: datetime


@dataclass(frozen=True)
class OrderFacts:
    """What a customer is told of their own order."""

    number: str
    status: str
    total: str
    currency: str
    placed_at: datetime | None


@dataclass(frozen=True)
class TrackingPage:
    """A ticket as one of its customers sees it."""

    ticket_id: int
    follower_id: int
    is_requester: bool
    """False for a person in copy: they may answer, and that is all."""
    number: str
    subject: str
    status: str
    mailbox_id: int | None
    mailbox_name: str
    created_at: datetime
    waiting_since: datetime
    awaits_first_answer: bool
    comments: tuple[CommentView, ...]
    steps: tuple[Step, ...]
    order: OrderFacts | None
    rating: str
    rating_comment: str
    left_out: LeftOut | None = None
    """Which comments are not among these, where there are very many."""

    @property
    def is_over(self) -> bool:
        return self.status in (Status.RESOLVED, Status.CLOSED)

    @property
    def version(self) -> str:
        """Changes whenever what this page shows changes, and by nothing else."""
        newest = self.comments[-1].id if self.comments else 0
        count = len(self.comments) + (self.left_out.count if self.left_out else 0)
        return _version(self.status, count, newest, self.rating)


def tracking_page(
    session: Session, token: str, signed_in: int | None = None, newest: int | None = NEWEST
) -> TrackingPage:
    """The ticket that a tracking link shows, to whom it is theirs.

    :param newest: how many of its newest comments are wanted beside the first; None for all.
    :param signed_in: as for :func:`helpdesk.queries.followed_link.follow_link`.
    :raises NotFound: the link does not lead there (any more).
    """
    follower = follow_link(session, token, signed_in)
    ticket, is_requester = follower.ticket, follower.is_requester
    mailbox, order = ticket.mailbox, ticket.order if is_requester else None
    chosen, left_out = choose_shown(
        session, ticket.id, newest, ticket.comment_count, public_only=True
    )
    comments = conversation(session, ticket.id, public_only=True, chosen=chosen)
    return TrackingPage(
        ticket_id=ticket.id,
        follower_id=follower.person_id,
        is_requester=is_requester,
        number=ticket.number,
        subject=ticket.subject,
        status=ticket.status_for_customers,
        mailbox_id=mailbox.id if mailbox else None,
        mailbox_name=mailbox.name if mailbox else "",
        created_at=ticket.created_at,
        waiting_since=ticket.waiting_since,
        awaits_first_answer=ticket.first_response_at is None,
        comments=tuple(map(_for_customer, comments)),
        steps=tuple(_steps(session, follower)),
        order=OrderFacts(order.number, order.status, order.total, order.currency, order.placed_at)
        # An order that staff gave to somebody else since is no longer this customer's.
        if order and order.person_id == ticket.requester_id
        else None,
        rating=_rating(follower),
        rating_comment=ticket.rating_comment if is_requester else "",
        left_out=left_out,
    )


def version_of(session: Session, token: str, signed_in: int | None = None) -> str:
    """The version of the page behind a tracking link: what an open page asks for again and again.

    :raises NotFound: the link does not lead there (any more).
    """
    follower = follow_link(session, token, signed_in)
    ticket = follower.ticket
    count, newest = session.execute(
        select(func.count(), func.max(Comment.id)).where(
            Comment.ticket_id == ticket.id, *SHOWN_TO_CUSTOMERS
        )
    ).one()
    return _version(ticket.status_for_customers, count, newest or 0, _rating(follower))


def _version(status: str, count: int, newest: int, rating: str) -> str:
    return f"{status}-{count}-{newest}-{rating}"


def _for_customer(comment: CommentView) -> CommentView:
    """The comment with its author's name alone: of staff the first word of it, no address."""
    author = comment.author
    if author is None:
        return comment
    shown = PersonView(author.id, author.name_for_customers, "", Role.CUSTOMER)
    return replace(comment, author=shown, staff_annotation="")


def _rating(follower: Follower) -> str:
    return (follower.ticket.rating or "") if follower.is_requester else ""


@dataclass(frozen=True)
class _StatusChange:
    field: str
    old_value: str
    new_value: str
    reason: str
    at: datetime
    by_id: int | None


def _steps(session: Session, follower: Follower) -> Iterator[Step]:
    """The statuses it came to; of several at one moment the last, where it came to stand."""
    found = session.execute(
        select(
            Change.field,
            Change.old_value,
            Change.new_value,
            Change.reason,
            Change.created_at,
            Change.changed_by_id,
        )
        .where(Change.ticket_id == follower.ticket.id, Change.field == HistoryField.STATUS)
        .order_by(Change.id)
    )
    changes = list(told_changes((_StatusChange(*row) for row in found), (HistoryField.STATUS,)))
    for change, following in zip(changes, [*changes, None][1:], strict=True):
        if following is None or following.at != change.at:
            yield Step(
                change.new_value,
                again=change.new_value == Status.OPEN and bool(change.old_value),
                by_follower=change.by_id == follower.person_id,
                at=change.at,
            )
