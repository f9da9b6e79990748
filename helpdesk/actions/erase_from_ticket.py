"""Take a person out of a ticket that others are on: a few messages in a transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.delete_tickets import note_unused, wipe_mails
from helpdesk.actions.erase_elsewhere import CAUSE, REASON
from helpdesk.models import (
    Acknowledgement,
    Attachment,
    Change,
    ChecklistItem,
    Comment,
    CustomValue,
    InboundMail,
    MarketplaceOrder,
    OutboundMail,
    Participant,
    ParticipantRole,
    SavedDraft,
    SideConversation,
    SidePerson,
    ThreadId,
    Ticket,
    TicketMeaning,
)
from helpdesk.text import fold_address
from helpdesk.tickets.erasing import ERASED, ErasedPerson, lines_of
from helpdesk.tickets.queue_row import refresh_queue_row

_AT_ONCE = 10
_TEXTS = ("text", "reply_text", "quoted_text", "signature_text", "disclaimer_text",
          "claimed_name", "staff_annotation")  # fmt: skip


def erase_from_ticket(
    session: Session,
    ticket: Ticket,
    who: ErasedPerson,
    work: dict[str, Any],
    now: datetime,
) -> bool:
    """Take somebody's words, addresses and names out of a ticket; whether it is done.

    :param work: of the erasure: ``person_ids``. Where it is for this ticket, and which lines they
        wrote, is kept there meanwhile, in ``at`` and ``lines``.
    """
    ids = work["person_ids"]
    if work.get("at_ticket") != ticket.id:
        mine = select(Comment.reply_text, Comment.text).where(_theirs(ticket, ids))
        said = lines_of(text for row in session.execute(mine) for text in row)
        work |= {"at_ticket": ticket.id, "at": 0, "lines": sorted(said)}
    who = replace(who, lines=frozenset(work["lines"]))
    comments = session.scalars(
        select(Comment)
        .where(Comment.ticket_id == ticket.id, Comment.id > work["at"])
        .order_by(Comment.id)
        .limit(_AT_ONCE)
    ).all()
    for comment in comments:
        if comment.author_id in ids and not comment.from_staff:
            _empty(session, comment, now)
        else:
            _clear(session, comment, who, now)
    if comments:
        work["at"] = comments[-1].id
        return False
    _clear_ticket(session, ticket, who, ids)
    _clear_outbox(session, ticket, who, now)
    # Made of their words, or of others' about them: a vector says something of what was said.
    session.execute(delete(TicketMeaning).where(TicketMeaning.ticket_id == ticket.id))
    for name in ("at", "at_ticket", "lines"):
        work.pop(name, None)
    return True


def _theirs(ticket: Ticket, ids: Collection[int]) -> Any:
    return (
        (Comment.ticket_id == ticket.id)
        & Comment.author_id.in_(ids)
        & Comment.from_staff.is_(False)
    )


def _empty(session: Session, comment: Comment, now: datetime) -> None:
    """A message of theirs: it was there, and who was here knows no more."""
    comment.text = comment.reply_text = ERASED
    comment.quoted_text = comment.signature_text = comment.disclaimer_text = ""
    comment.html, comment.claimed_name, comment.staff_annotation = None, "", ""
    comment.copied, comment.written_to = [], None
    of_it = Attachment.comment_id == comment.id
    keys = set(session.scalars(select(Attachment.sha256).where(of_it)))
    came = InboundMail.comment_id == comment.id
    keys |= set(session.scalars(select(InboundMail.raw_sha256).where(came)))
    session.execute(delete(Attachment).where(of_it))
    session.execute(delete(MarketplaceOrder).where(MarketplaceOrder.comment_id == comment.id))
    session.execute(delete(ThreadId).where(ThreadId.comment_id == comment.id))
    wipe_mails(session, came, REASON)
    note_unused(session, keys, CAUSE, now)


def _clear(session: Session, comment: Comment, who: ErasedPerson, now: datetime) -> None:
    """A message of somebody else: without what it quotes of them."""
    if comment.quoted_text and who.quotes(comment.quoted_text):
        comment.quoted_text, comment.text, comment.html = "", comment.reply_text, None
    for name in _TEXTS:
        before = getattr(comment, name)
        after = who.without_all(before)
        if after != before:
            setattr(comment, name, after)
            comment.html = None  # it says the same, in other words
    if comment.html and who.quotes(comment.html):
        comment.html = None
    comment.copied = who.value_without_names(comment.copied)
    comment.written_to = who.value_without_names(comment.written_to)
    for file in session.scalars(select(Attachment).where(Attachment.comment_id == comment.id)):
        if file.content_type.startswith("message/"):  # a returned or attached mail
            note_unused(session, [file.sha256], CAUSE, now)
            session.delete(file)
            continue
        file.filename = who.without_names(file.filename)
        file.reading = who.value_without_all(file.reading)
    # The original says what was taken out.
    for mail in session.scalars(select(InboundMail).where(InboundMail.comment_id == comment.id)):
        if mail.raw_sha256:
            note_unused(session, [mail.raw_sha256], CAUSE, now)
            mail.raw_sha256 = ""
        mail.subject = who.without_all(mail.subject)
        mail.decision = who.value_without_names(mail.decision)


def _clear_ticket(
    session: Session, ticket: Ticket, who: ErasedPerson, ids: Collection[int]
) -> None:
    if ticket.requester_id in ids:
        ticket.subject, ticket.claimed_name, ticket.rating_comment = ERASED, "", ""
        ticket.order_id = None
    for name in ("subject", "claimed_name", "rating_comment"):
        setattr(ticket, name, who.without_all(getattr(ticket, name)))
    ticket.asked_addresses = who.value_without_names(ticket.asked_addresses)
    on_it = Participant.ticket_id == ticket.id
    session.execute(
        delete(Participant).where(
            on_it, Participant.person_id.in_(ids), Participant.role != ParticipantRole.REQUESTER
        )
    )
    if ticket.requester_id in ids:
        session.execute(delete(Acknowledgement).where(Acknowledgement.ticket_id == ticket.id))
    sides = select(SideConversation.id).where(SideConversation.ticket_id == ticket.id)
    session.execute(
        delete(SidePerson).where(
            SidePerson.side_conversation_id.in_(sides), SidePerson.person_id.in_(ids)
        )
    )
    session.execute(
        update(ThreadId)
        .where(ThreadId.ticket_id == ticket.id, ThreadId.minted_for_id.in_(ids))
        .values(minted_for_id=None)
    )
    for model, names in (
        (Change, ("old_value", "new_value", "reason")),
        (ChecklistItem, ("text",)),
        (CustomValue, ("text", "folded")),
        (SideConversation, ("subject",)),
        (SavedDraft, ("text", "fields")),
        (ThreadId, ("recipients",)),
    ):
        for row in session.scalars(select(model).where(model.ticket_id == ticket.id)):
            for name in names:
                setattr(row, name, who.value_without_all(getattr(row, name)))
    session.flush()
    refresh_queue_row(session, ticket)


def _clear_outbox(session: Session, ticket: Ticket, who: ErasedPerson, now: datetime) -> None:
    """Mails to others, which quote: without it, and without the bytes that left."""
    keys = []
    for mail in session.scalars(select(OutboundMail).where(OutboundMail.ticket_id == ticket.id)):
        if fold_address(mail.recipient) in who.addresses:
            continue  # it goes as a whole
        values, subject = who.value_without_all(mail.values), who.without_all(mail.subject)
        if mail.rendered_sha256:
            keys.append(mail.rendered_sha256)
        mail.values, mail.subject, mail.rendered_sha256 = values, subject, None
        mail.recipient_name = mail.recipient_name and who.without_addresses(mail.recipient_name)
    note_unused(session, keys, CAUSE, now)
