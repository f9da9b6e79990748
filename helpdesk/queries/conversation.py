"""A ticket's conversation: comments with their files and the delivery of the mails they caused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Select, bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.db import AnyRow
from helpdesk.mail_in.explanation import Proof, proof_of
from helpdesk.mail_in.forwarding_request import forwarding_request
from helpdesk.mail_out.templates import WRITTEN_BY_PEOPLE
from helpdesk.models import (
    Attachment,
    Comment,
    DeliveryAttempt,
    InboundMail,
    OutboundMail,
    OutboundState,
)
from helpdesk.queries.people import PersonView, people
from helpdesk.rows import ask
from helpdesk.tickets.comments import is_plain_note
from helpdesk.tickets.written_to import WrittenTo, read_written_to
from helpdesk.vocabulary import SIGNATURE_TYPES, MessageKind, Source


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
    state: OutboundState
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
    source: Source
    kind: MessageKind
    text: str
    reply_text: str
    quoted_text: str
    signature_text: str
    disclaimer_text: str
    has_html: bool
    unverified: bool
    staff_annotation: str
    created_at: datetime
    leaves_at: datetime | None
    """Set while it waits for its time to leave, and can be taken back."""
    files: tuple[FileView, ...]
    deliveries: tuple[DeliveryView, ...] = ()
    inbound_mail_id: int | None = None
    inbound_why: str = ""
    inbound_name: str = ""
    has_source: bool = False
    """Whether the mail that it came as is kept."""
    """The spool name of the mail: its id in the log, from the ``250`` on."""
    defects: tuple[str, ...] = ()
    forwarded_by: int | None = None
    """Who forwarded the mail that it came in, where they did so for a customer."""
    claimed_name: str = ""
    """What its writer calls themselves, where nothing proves it."""
    copied: tuple[tuple[str, str], ...] = ()
    """Who else its mail named: name and address of each."""
    written_to: WrittenTo | None = None
    """Who stands in To, Cc and Bcc of it; None where that is not known, or it was no mail."""
    side_id: int | None = None
    """The side conversation that it is said in."""
    proof: Proof | None = None
    """Whether the mail's sender was proven; None where it came otherwise."""

    @property
    def is_machine(self) -> bool:
        return self.kind != MessageKind.MESSAGE

    @property
    def asks_to_forward(self) -> bool:
        """Whether a provider asks by it whether mail is to be forwarded here."""
        sender = self.author.address if self.author is not None else ""
        asked = forwarding_request(sender, "", self.text, proven=not self.unverified)
        return asked is not None

    @property
    def is_plain_note(self) -> bool:
        """Whether who wrote it can take it back."""
        return is_plain_note(self)

    @property
    def shown_files(self) -> tuple[FileView, ...]:
        """The files without those that only sign the mail."""
        return tuple(file for file in self.files if file.content_type not in SIGNATURE_TYPES)


SHOWN_TO_CUSTOMERS = (
    Comment.internal.is_(False),
    Comment.kind == MessageKind.MESSAGE,
    Comment.leaves_at.is_(None),
)
"""What makes a comment one that customers may see: no note, no machine mail, nothing that still
waits to leave."""


def conversation(
    session: Session,
    ticket_id: int,
    *,
    public_only: bool = False,
    chosen: Sequence[int] | None = None,
) -> tuple[CommentView, ...]:
    """The comments of a ticket, oldest first.

    :param public_only: for customers: no notes, no machine mail, nothing about how it came.
    :param chosen: the ids of those to read; all where it is None.
    """
    if public_only:
        rows = _read(session, _PUBLIC_COMMENTS, ticket_id, chosen).all()
        files = _files(session, ticket_id, chosen) if rows else {}
        authors = people(session, (row.author_id for row in rows))
        return tuple(_view(row, authors.get(row.author_id), files.get(row.id, ())) for row in rows)
    comments = read_comments(session, ticket_id, chosen)
    return comments.shown(people(session, comments.author_ids))


@dataclass(frozen=True)
class CommentRows:
    """A conversation, or a part of it, as it was read, before it is known who wrote it.

    The files are those of the whole conversation: from all of them is chosen what goes along.
    """

    rows: Sequence[AnyRow]
    files: Mapping[int, tuple[FileView, ...]]
    deliveries: Mapping[int, list[DeliveryView]]
    inbound: Mapping[int, AnyRow]

    @property
    def author_ids(self) -> list[int | None]:
        return [row.author_id for row in self.rows]

    def shown(self, authors: Mapping[int, PersonView]) -> tuple[CommentView, ...]:
        """The comments, oldest first.

        :param authors: the people of ``author_ids``, by id.
        """
        return tuple(
            _view(
                row,
                authors.get(row.author_id),
                self.files.get(row.id, ()),
                tuple(self.deliveries.get(row.id, ())),
                self.inbound.get(row.id),
                read_written_to(row.written_to),
            )
            for row in self.rows
        )


def read_comments(
    session: Session, ticket_id: int, chosen: Sequence[int] | None = None
) -> CommentRows:
    """All of a ticket's conversation but its authors, for whoever looks people up together.

    :param chosen: the ids of the comments to read; all where it is None.
    """
    inbound = _read(session, _INBOUND, ticket_id, chosen)
    return CommentRows(
        _read(session, _COMMENTS, ticket_id, chosen).all(),
        _files(session, ticket_id),
        _deliveries(session, ticket_id, chosen),
        {row.comment_id: row for row in inbound},
    )


@dataclass(frozen=True)
class _Made:
    """A statement, made once: of a whole ticket, and of some of its comments."""

    whole: Select[*tuple[Any, ...]]
    some: Select[*tuple[Any, ...]]


def _read(
    session: Session, made: _Made, ticket_id: int, chosen: Sequence[int] | None
) -> CursorResult[*tuple[Any, ...]]:
    if chosen is None:
        return ask(session, made.whole, ticket_id=ticket_id)
    return ask(session, made.some, ticket_id=ticket_id, chosen=chosen)


def _of_some(whole: Select[*tuple[Any, ...]], comment_id: Any) -> _Made:
    return _Made(whole, whole.where(comment_id.in_(bindparam("chosen", expanding=True))))


_of_ticket = bindparam("ticket_id", type_=Comment.ticket_id.type)
_ALL_COMMENTS = (
    select(
        Comment.id,
        Comment.author_id,
        Comment.from_staff,
        Comment.internal,
        Comment.opening,
        Comment.source,
        Comment.kind,
        Comment.text,
        Comment.reply_text,
        Comment.quoted_text,
        Comment.signature_text,
        Comment.disclaimer_text,
        # Not the HTML itself, which is as large as the mail was: a frame of its own shows it.
        (func.coalesce(Comment.html, "") != "").label("has_html"),
        Comment.unverified,
        Comment.staff_annotation.label("staff_annotation"),  # its column has an older name
        Comment.claimed_name,
        Comment.copied,
        Comment.written_to,
        Comment.created_at,
        Comment.leaves_at,
        Comment.side_conversation_id.label("side_id"),
    )
    .where(Comment.ticket_id == _of_ticket, Comment.kind != MessageKind.TAKEN_BACK)
    .order_by(Comment.id)
)
_COMMENTS = _of_some(_ALL_COMMENTS, Comment.id)
_PUBLIC_COMMENTS = _of_some(_ALL_COMMENTS.where(*SHOWN_TO_CUSTOMERS), Comment.id)
_ALL_FILES = (
    select(
        Attachment.comment_id,
        Attachment.id,
        Attachment.filename,
        Attachment.content_type,
        Attachment.size,
        Attachment.disposition,
        Attachment.content_id,
        Attachment.reading,
    )
    .join(Comment, Comment.id == Attachment.comment_id)
    .where(Comment.ticket_id == _of_ticket, Comment.kind != MessageKind.TAKEN_BACK)
    .order_by(Attachment.id)
)
_FILES = _of_some(_ALL_FILES, Attachment.comment_id)
_INBOUND = _of_some(
    select(
        InboundMail.comment_id,
        InboundMail.id,
        InboundMail.spool_name,
        InboundMail.decision,
        InboundMail.defects,
        InboundMail.raw_sha256,
    ).where(InboundMail.ticket_id == _of_ticket),
    InboundMail.comment_id,
)

_newest_attempt = (
    select(func.max(DeliveryAttempt.id))
    .where(DeliveryAttempt.outbound_mail_id == OutboundMail.id)
    .correlate(OutboundMail)
    .scalar_subquery()
)
_ALL_DELIVERIES = (
    # Not what the mail says: its values hold the text, and what it quotes, once more.
    select(
        OutboundMail.comment_id,
        OutboundMail.id,
        OutboundMail.recipient,
        OutboundMail.state,
        OutboundMail.sent_at,
        OutboundMail.next_attempt_at,
        OutboundMail.attempt_count,
        OutboundMail.replaced_by_id,
        DeliveryAttempt.code,
        DeliveryAttempt.text,
    )
    .outerjoin(DeliveryAttempt, DeliveryAttempt.id == _newest_attempt)
    .where(
        OutboundMail.ticket_id == _of_ticket,
        OutboundMail.comment_id.is_not(None),
        # Not what its author was told of them.
        OutboundMail.template.in_(WRITTEN_BY_PEOPLE),
    )
    .order_by(OutboundMail.id)
)
_DELIVERIES = _of_some(_ALL_DELIVERIES, OutboundMail.comment_id)


def _view(
    row: AnyRow,
    author: PersonView | None,
    files: tuple[FileView, ...],
    deliveries: tuple[DeliveryView, ...] = (),
    inbound: AnyRow | None = None,
    written_to: WrittenTo | None = None,
) -> CommentView:
    # What is proven of a forwarded mail is who forwarded it, and not who wrote it.
    forwarded_by = inbound.decision.get("forwarded_by") if inbound else None
    return CommentView(
        id=row.id,
        author=author,
        from_staff=row.from_staff,
        internal=row.internal,
        opening=row.opening,
        source=row.source,
        kind=row.kind,
        text=row.text,
        reply_text=row.reply_text,
        quoted_text=row.quoted_text,
        signature_text=row.signature_text,
        disclaimer_text=row.disclaimer_text,
        has_html=row.has_html,
        unverified=row.unverified,
        staff_annotation=row.staff_annotation,
        created_at=row.created_at,
        leaves_at=row.leaves_at,
        files=files,
        deliveries=deliveries,
        inbound_mail_id=inbound.id if inbound else None,
        inbound_why=str(inbound.decision.get("why", "")) if inbound else "",
        inbound_name=inbound.spool_name if inbound else "",
        has_source=bool(inbound and inbound.raw_sha256),
        defects=tuple(inbound.defects) if inbound else (),
        forwarded_by=forwarded_by,
        claimed_name=_claimed(row.claimed_name, author),
        copied=tuple((one["name"], one["address"]) for one in row.copied) if inbound else (),
        written_to=written_to,
        side_id=row.side_id,
        proof=proof_of(inbound.decision) if inbound and not forwarded_by else None,
    )


def _claimed(name: str, author: PersonView | None) -> str:
    """The name, where it is another than its writer's."""
    return "" if author is not None and author.name == name else name


def _files(
    session: Session, ticket_id: int, chosen: Sequence[int] | None = None
) -> dict[int, tuple[FileView, ...]]:
    by_comment: dict[int, tuple[FileView, ...]] = {}
    for comment_id, *values in _read(session, _FILES, ticket_id, chosen):
        by_comment[comment_id] = (*by_comment.get(comment_id, ()), FileView(*values))
    return by_comment


def _deliveries(
    session: Session, ticket_id: int, chosen: Sequence[int] | None
) -> dict[int, list[DeliveryView]]:
    by_comment: dict[int, list[DeliveryView]] = defaultdict(list)
    for row in _read(session, _DELIVERIES, ticket_id, chosen):
        by_comment[row.comment_id].append(
            DeliveryView(
                row.id,
                row.recipient,
                row.state,
                row.sent_at,
                row.next_attempt_at
                if row.state in (OutboundState.QUEUED, OutboundState.DEFERRED)
                else None,
                row.attempt_count,
                row.code,
                row.text or "",
                row.replaced_by_id is not None,
            )
        )
    return by_comment
