"""A ticket's conversation: comments with their files and the fate of the mails they caused."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only, selectinload

from helpdesk.explanation import Proof, proof_of
from helpdesk.mail_values import WRITTEN_BY_PEOPLE
from helpdesk.models import (
    TAKEN_BACK,
    Comment,
    DeliveryAttempt,
    InboundMail,
    OutboundMail,
    Person,
)
from helpdesk.queries.people import PersonView, view_person


@dataclass(frozen=True)
class FileView:
    """An attachment. ``content_id`` is set for what the HTML shows inline."""

    id: int
    filename: str
    content_type: str
    size: int
    disposition: str
    content_id: str | None
    reading: dict[str, Any] | None = None


@dataclass(frozen=True)
class DeliveryView:
    """One mail that a comment caused: to whom, and what became of it, in the relay's words."""

    id: int
    recipient: str
    state: str
    sent_at: datetime | None
    next_attempt_at: datetime | None
    attempt_count: int
    last_code: int | None
    last_text: str
    replaced: bool = False
    """A corrected mail was sent in its place."""


@dataclass(frozen=True)
class CommentView:
    """One message, as it is shown."""

    id: int
    author: PersonView | None
    from_staff: bool
    internal: bool
    opening: bool
    source: str
    kind: str
    text: str
    reply_text: str
    quoted_text: str
    signature_text: str
    has_html: bool
    unverified: bool
    remark: str
    created_at: datetime
    leaves_at: datetime | None
    """Set while it waits for its time to leave, and can be taken back."""
    files: tuple[FileView, ...]
    deliveries: tuple[DeliveryView, ...] = ()
    inbound_mail_id: int | None = None
    inbound_why: str = ""
    defects: tuple[str, ...] = ()
    forwarded_by: int | None = None
    """Who forwarded the mail that it came in, where they did so for a customer."""
    proof: Proof | None = None
    """Whether the mail's sender was proven; None where it came otherwise."""

    @property
    def is_machine(self) -> bool:
        return self.kind != "message"


SHOWN_TO_CUSTOMERS = (
    Comment.internal.is_(False),
    Comment.kind == "message",
    Comment.leaves_at.is_(None),
)
"""What makes a comment one that customers may see: no note, no machine mail, nothing held back."""


def conversation(
    session: Session, ticket_id: int, *, public_only: bool = False
) -> tuple[CommentView, ...]:
    """The comments of a ticket, oldest first.

    :param public_only: for customers: no notes, no machine mail, nothing about how it came.
    """
    statement = (
        select(Comment)
        .where(Comment.ticket_id == ticket_id, Comment.kind != TAKEN_BACK)
        .options(
            selectinload(Comment.attachments),
            selectinload(Comment.author).joinedload(Person.addresses),
        )
        .order_by(Comment.id)
    )
    if public_only:
        statement = statement.where(*SHOWN_TO_CUSTOMERS)
    comments = session.scalars(statement).all()
    if public_only:
        return tuple(_view(comment, (), None) for comment in comments)
    deliveries = _deliveries(session, ticket_id)
    inbound = {
        mail.comment_id: mail
        for mail in session.scalars(
            select(InboundMail)
            .where(InboundMail.ticket_id == ticket_id)
            .options(load_only(InboundMail.comment_id, InboundMail.decision, InboundMail.defects))
        )
    }
    return tuple(
        _view(comment, tuple(deliveries[comment.id]), inbound.get(comment.id))
        for comment in comments
    )


def _view(
    comment: Comment, deliveries: tuple[DeliveryView, ...], inbound: InboundMail | None
) -> CommentView:
    # What is proven of a forwarded mail is who forwarded it, and not who wrote it.
    forwarded_by = inbound.decision.get("forwarded_by") if inbound else None
    return CommentView(
        id=comment.id,
        author=view_person(comment.author) if comment.author else None,
        from_staff=comment.from_staff,
        internal=comment.internal,
        opening=comment.opening,
        source=comment.source,
        kind=comment.kind,
        text=comment.text,
        reply_text=comment.reply_text,
        quoted_text=comment.quoted_text,
        signature_text=comment.signature_text,
        has_html=bool(comment.html),
        unverified=comment.unverified,
        remark=comment.remark,
        created_at=comment.created_at,
        leaves_at=comment.leaves_at,
        files=tuple(
            FileView(
                file.id,
                file.filename,
                file.content_type,
                file.size,
                file.disposition,
                file.content_id,
                file.reading,
            )
            for file in comment.attachments
        ),
        deliveries=deliveries,
        inbound_mail_id=inbound.id if inbound else None,
        inbound_why=str(inbound.decision.get("why", "")) if inbound else "",
        defects=tuple(inbound.defects) if inbound else (),
        forwarded_by=forwarded_by,
        proof=proof_of(inbound.decision) if inbound and not forwarded_by else None,
    )


def _deliveries(session: Session, ticket_id: int) -> dict[int, list[DeliveryView]]:
    mails = session.scalars(
        select(OutboundMail)
        .where(
            OutboundMail.ticket_id == ticket_id,
            OutboundMail.comment_id.is_not(None),
            # Not what its author was told of them.
            OutboundMail.template.in_(WRITTEN_BY_PEOPLE),
        )
        .options(
            # Not what the mail says: its values hold the text, and what it quotes, once more.
            load_only(
                OutboundMail.comment_id,
                OutboundMail.recipient,
                OutboundMail.state,
                OutboundMail.sent_at,
                OutboundMail.next_attempt_at,
                OutboundMail.attempt_count,
                OutboundMail.replaced_by_id,
            ),
            selectinload(OutboundMail.attempts),
        )
        .order_by(OutboundMail.id)
    )
    by_comment: dict[int, list[DeliveryView]] = defaultdict(list)
    for mail in mails:
        last: DeliveryAttempt | None = mail.attempts[-1] if mail.attempts else None
        by_comment[mail.comment_id or 0].append(
            DeliveryView(
                mail.id,
                mail.recipient,
                mail.state,
                mail.sent_at,
                mail.next_attempt_at if mail.state in ("queued", "deferred") else None,
                mail.attempt_count,
                last.code if last else None,
                last.text if last else "",
                mail.replaced_by_id is not None,
            )
        )
    return by_comment
