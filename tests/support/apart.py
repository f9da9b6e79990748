"""A mailbox that an agent has not: with all that a ticket there can leave anywhere on the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.block_sender import block_sender
from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_many import Selection, begin_bulk, work_off
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.link_order import change_order
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.rate_ticket import rate_ticket
from helpdesk.actions.relate_tickets import relate_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import save_draft
from helpdesk.actions.save_order import save_order
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_up import add_mailbox, add_person
from helpdesk.actions.side_conversation import SideMessage, start_side_conversation
from helpdesk.actions.snooze import snooze
from helpdesk.actions.trust_sender import trust_sender
from helpdesk.actor import SYSTEM, Actor
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import (
    Attachment,
    Comment,
    DraftKind,
    InboundMail,
    Order,
    OutboundMail,
    ParseReport,
    Person,
    SideConversation,
    SimilarTicket,
    Ticket,
    TicketLinkKind,
)
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.drafts import DraftContent
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.participants import link_tickets
from helpdesk.tickets.snoozing import Snooze

SECRETS = ("zebra", "quagga", "okapi")
"""Words in each subject, text and address of that mailbox: none may be read by who has it not."""


@dataclass(frozen=True)
class Apart:
    """What stands there."""

    mailbox_id: int
    ticket: Ticket
    """Open, of a customer who writes to this mailbox alone."""
    file_id: int
    comment_id: int
    mail_id: int
    """On that ticket."""
    held_id: int
    """In quarantine, to that mailbox."""
    outbound_id: int
    """An answer on that ticket that came back."""
    bulk_id: int
    reply_id: int
    side_id: int


def make_apart(
    database: Database, blobs: Blobs, now: datetime, *, admin: Person, agent: Person, ticket: Ticket
) -> Apart:
    """Add a mailbox with tickets in every state and folder. Only the admin writes there.

    :param agent: whom its ticket's notes name, and who has not this mailbox.
    :param ticket: one of another mailbox, whose requester asks there, too, and whose order it is.
    """
    with database.transaction() as session:
        made = _make(session, blobs, now, admin, agent, session.get_one(Ticket, ticket.id))
    with database.transaction() as session:
        bulk = begin_bulk(
            session, actor_of(admin), Selection([made["ticket"].id]), "priority", "urgent", now=now
        )
        made["bulk_id"] = bulk.id
    work_off(
        database.transaction,
        made["bulk_id"],
        clock=lambda: now,
        monotonic=lambda: 0.0,
        sleep=lambda _: None,
        seconds=1,
    )
    return Apart(**made)


def make_kin(session: Session, apart: Apart, now: datetime, *, admin: Person, near: Ticket) -> None:
    """Make a ticket of another mailbox the parent of one of those, a child of another, and related
    to a third. Whoever has not that mailbox reads of “a ticket that you do not see”.
    """
    staff = actor_of(admin)
    for relation in ("parent", "child", "related"):
        draft = TicketDraft(f"Zebra as a {relation}", "About an okapi", mailbox_id=apart.mailbox_id)
        asks = Actor(apart.ticket.requester_id, "customer")
        kin = create_ticket(session, asks, draft, now=now)
        relate_tickets(session, staff, near.id, kin.id, relation, now=now)


def _make(
    session: Session, blobs: Blobs, now: datetime, admin: Person, agent: Person, near: Ticket
) -> dict[str, Any]:
    staff = actor_of(admin)
    box = add_mailbox(session, SYSTEM, "okapi@shop.example", name="Okapi desk", now=now)
    zoe = add_person(
        session, SYSTEM, "zebra@quagga.example", role="customer", name="Zebra Quagga", now=now
    )
    zoe.addresses[0].bounced_at = now
    file = StoredFile("quagga.png", "image/png", 8, blobs.put(b"zebra-picture"))

    def opened(by: Person, subject: str) -> Ticket:
        draft = TicketDraft(f"Zebra {subject}", "About an okapi", mailbox_id=box.id, files=[file])
        return create_ticket(session, Actor(by.id, "customer"), draft, now=now)

    ticket = opened(zoe, "in the garden")
    # Their right was taken from the agent later.
    assign(session, staff, ticket, agent.id, now=now)
    add_note(session, staff, ticket, text=f"@{agent.address} an okapi!", now=now)
    reply(session, Actor(zoe.id, "customer"), ticket, Answer("Still a zebra here"), now=now)
    answer = reply(session, staff, ticket, Answer("Feed the quagga"), now=now)
    asked = SideMessage("Where is it?", to="carrier@okapi.example", subject="Okapi transport")
    start_side_conversation(session, staff, ticket, asked, now=now)
    change_tags(session, staff, ticket, add=["urgent"], now=now)
    add_item(session, staff, ticket, "Call the zebra", now=now)
    choices = ("Zebra", "Quagga")
    kind = FieldDraft("Okapi kind", "", "choice", box.id, choices, on_form=True)
    add_custom_field(session, staff, kind, now=now)
    set_custom_fields(session, staff, ticket, {"okapi-kind": "Zebra"}, now=now)
    save_draft(session, staff, DraftKind.NOTE, ticket, DraftContent("okapi draft"), now=now)
    link_tickets(session, near, ticket.id, TicketLinkKind.MENTIONS, now)
    for relation in ("parent", "child"):
        kin = opened(zoe, f"as a {relation}")
        relate_tickets(session, staff, ticket.id, kin.id, relation, now=now)
    _leave_everywhere(session, now, staff, near, opened)
    save_order(session, staff, "ZEBRA-1", OrderDetails(zoe.address), now=now)
    change_order(session, staff, ticket, "ZEBRA-1", now=now)
    block_sender(session, staff, "okapi@quagga.example", now=now)
    trust_sender(session, staff, "quagga@quagga.example", now=now)
    moves = CannedReplyDraft("Zebra move", "", moves_to=box.address, checklist=("Call the zebra",))
    add_canned_reply(session, staff, moves, now=now)
    canned = CannedReplyDraft("Zebra words", "Dear okapi", mailbox_id=box.id)
    mail, held = (
        InboundMail(
            spool_name=f"apart-{state}",
            state=state,
            reason="About a zebra",
            raw_sha256=blobs.put(b"Subject: okapi\r\n\r\nzebra\r\n"),
            size=30,
            same_key=f"apart-{state}",
            subject="Zebra mail",
            from_address=zoe.address,
            received_at=now,
            decided_at=now,
            decision={"why": "quagga"},
            mailbox_id=box.id,
            ticket_id=ticket.id if state == "filed" else None,
            reading={"text": "okapi", "html": "<p>okapi</p>"} if state == "held" else None,
        )
        for state in ("filed", "held")
    )
    session.add_all([mail, held])
    session.flush()
    session.add(
        ParseReport(
            inbound_mail_id=mail.id, state="made", asked_at=now, copy_sha256=mail.raw_sha256
        )
    )
    chosen = select(OutboundMail).where(OutboundMail.comment_id == answer.id)
    outbound = session.scalars(chosen).first()
    assert outbound
    outbound.state = "bounced"  # type: ignore[assignment]
    opening = select(Comment).where(Comment.ticket_id == ticket.id, Comment.opening.is_(True))
    comment = session.scalars(opening).one()
    files = select(Attachment.id).where(Attachment.comment_id == comment.id)
    return {
        "mailbox_id": box.id,
        "ticket": ticket,
        "comment_id": comment.id,
        "file_id": session.scalars(files).one(),
        "mail_id": mail.id,
        "held_id": held.id,
        "outbound_id": outbound.id,
        "side_id": session.scalars(select(SideConversation.id)).one(),
        "reply_id": add_canned_reply(session, staff, canned, now=now).id,
    }


def _leave_everywhere(
    session: Session, now: datetime, staff: Actor, near: Ticket, opened: Any
) -> None:
    """A ticket of the other ticket's requester in each view, folder and figure."""
    asks = near.requester
    opened(asks, "again")
    change_order(session, staff, opened(asks, "ordered"), _order_of(near, session), now=now)
    draft = TicketDraft("Zebra moved", "About an okapi", mailbox_id=near.mailbox_id)
    moved = create_ticket(session, Actor(asks.id, "customer"), draft, now=now)
    move_ticket(session, staff, moved, "okapi@shop.example", now=now, reason="an okapi")
    for folder in ("spam", "trash"):
        change_folder(session, staff, opened(asks, folder), folder, now=now)
    snooze(session, staff, opened(asks, "asleep"), Snooze(now + timedelta(days=2), False), now=now)
    solved = opened(asks, "solved")
    answer = reply(session, staff, solved, Answer("The okapi left"), now=now)
    session.add(SimilarTicket(ticket_id=near.id, other_id=solved.id, answer_id=answer.id, place=1))
    change_status(session, staff, solved, "resolved", now=now)
    rate_ticket(
        session,
        Actor(asks.id, "customer"),
        solved.id,
        "good",
        comment="The okapi is well",
        now=now,
    )
    withheld = opened(asks, "unacknowledged")
    withheld.not_acknowledged = "rate_limit"


def _order_of(near: Ticket, session: Session) -> str:
    found = session.scalars(select(Order.number).where(Order.person_id == near.requester_id))
    return found.first() or ""
