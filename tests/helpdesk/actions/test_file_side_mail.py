"""What is answered in a side conversation: where it lands, whom it wakes, and who never sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import links
from helpdesk.actions.block_sender import block_sender
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.actions.snooze import snooze
from helpdesk.actions.undo_change import undo_change
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.mail_in.incoming import Incoming
from helpdesk.models import Concern, OutboundMail, Person, Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.queries.history import history
from helpdesk.queries.my_tickets import my_tickets
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.queries.tracking import tracking_page, version_of
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.people import person_at
from helpdesk.tickets.snoozing import Snooze
from tests.conftest import SECRET
from tests.helpdesk.actions.test_side_conversation import (
    CARRIER,
    LATER,
    sent,
    start,
    ticket,
    write,
)
from tests.helpdesk.mails import (
    comments_of,
    mail,
    now_of,
    outbox,
    participants_of,
    receive,
    recorded,
    reply_address,
    steps_of,
    ticket_of,
)
from tests.support.factories import NOW, Shop

__all__ = ["ticket"]

STRANGER = "other@carrier.example"


@pytest.fixture
def aside(database: Database, shop: Shop, ticket: Ticket) -> OutboundMail:
    start(database, shop, ticket)
    return sent(database)[0]


def answer(aside: OutboundMail, text: str = "At the depot.", **changed: Any) -> Incoming:
    given: dict[str, Any] = {"subject": "Re: Parcel", "to": (aside.reply_to,), "verdict": "pass"}
    return mail(changed.pop("sender", CARRIER), text=text, **{**given, **changed})


def place(database: Database, ticket: Ticket, incoming: Incoming) -> str:
    """Where a mail lands, in a word."""
    filed = receive(database, incoming)
    if filed.ticket_id != ticket.id:
        return "own"
    comment = comments_of(database, ticket.id)[-1]
    if comment.side_conversation_id is None:
        return "note" if comment.internal else "ticket"
    assert comment.internal
    return "side, said why" if comment.staff_annotation else "side"


# Who writes, with which proof: whether the sender passes, shows nothing, or fails.
PLACES = {
    #                                      pass, none, fail
    ("in it", "side token"): ("side", "side", "side"),
    ("in it", "side ID"): ("side", "side", "side"),
    ("in it", "side mail"): ("side", "side", "own"),
    ("in it", "ticket token"): ("note", "note", "note"),
    ("in it", "ticket ID"): ("own", "own", "own"),
    ("in it", "number"): ("own", "own", "own"),
    ("in it", "nothing"): ("own", "own", "own"),
    ("stranger", "side token"): ("side, said why",) * 3,
    ("stranger", "side mail"): ("own", "own", "own"),
    ("stranger", "number"): ("own", "own", "own"),
    ("customer", "side token"): ("side, said why",) * 3,
    ("customer", "side mail"): ("own", "own", "own"),
    ("customer", "both tokens"): ("ticket", "ticket", "ticket"),
    ("customer", "ticket token"): ("ticket", "ticket", "ticket"),
    ("customer", "number"): ("ticket", "ticket", "own"),
    ("other customer", "side token"): ("side, said why",) * 3,
    ("other customer", "side mail"): ("own", "own", "own"),
    ("in copy", "side token"): ("side, said why",) * 3,
    ("in copy", "side mail"): ("own", "own", "own"),
    ("staff", "side token"): ("side, said why",) * 3,
    ("staff", "side mail"): ("own", "own", "own"),
}
_WHO = {
    "in it": CARRIER,
    "stranger": STRANGER,
    "customer": "ann@mail.example",
    "other customer": "bob@mail.example",
    "in copy": "cara@mail.example",
    "staff": "admin@shop.example",
}


@pytest.mark.parametrize(("who", "proof"), PLACES)
def test_who_may_write_where(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail, who: str, proof: str
) -> None:
    theirs = reply_address(database, ticket, shop.ann)
    copied = mail("ann@mail.example", to=(theirs,), cc=("cara@mail.example",), verdict="pass")
    receive(database, copied)
    receive(database, answer(aside, message_id="first@carrier.example"))
    shown: dict[str, dict[str, Any]] = {
        "side token": {"to": (aside.reply_to,)},
        "side ID": {"in_reply_to": (aside.message_id,)},
        "side mail": {"in_reply_to": ("first@carrier.example",)},
        "ticket token": {"to": (theirs,)},
        "both tokens": {"to": (theirs, aside.reply_to)},
        "ticket ID": {"in_reply_to": (copied.message_id,)},
        "number": {"subject": f"Re: [{ticket.number}] Parcel"},
        "nothing": {},
    }
    plain = {"subject": "Parcel", "to": ("support@shop.example",)}
    found = [
        place(
            database,
            ticket,
            answer(aside, sender=_WHO[who], verdict=verdict, **{**plain, **shown[proof]}),
        )
        for verdict in ("pass", "none", "fail")
    ]
    assert tuple(found) == PLACES[who, proof]
    people = {shop.ann.id} | ({cara(database)} if who == "in copy" else set())
    assert people <= set(participants_of(database, ticket.id)) <= people | {cara(database)}


def cara(database: Database) -> int:
    with database.reading() as session:
        found = person_at(session, "cara@mail.example")
    return found.id if found else 0


def test_the_customer_sees_nothing_and_is_told_nothing(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    label = StoredFile("depot.pdf", "application/pdf", 3, "d" * 64)
    with database.transaction() as session:
        send_notifications(session, now=LATER)
    before, mails = now_of(database, ticket), len(outbox(database))
    receive(database, answer(aside, "Lost at the depot.", files=(label,)))
    with database.transaction() as session:
        send_notifications(session, now=LATER)
    new = outbox(database)[mails:]
    assert {one.template for one in new} == {"comment_added_staff"}
    assert new[0].values["side_subject"] == "Parcel 1Z99"
    assert all(not one.reply_to for one in new)
    with database.reading() as session:
        public = conversation(session, ticket.id, public_only=True)
        token = links.tracking_token(SECRET, ticket.id, ticket.link_generation, shop.ann.id)
        page = repr(tracking_page(session, token))
    assert [one.text for one in public] == ["Where is my kettle?"]
    for secret in ("depot", "carrier.example", "Parcel 1Z99"):
        assert secret not in page, secret
    after = now_of(database, ticket)
    fields = ("status", "answered", "waiting_since", "preview", "first_response_at")
    assert all(getattr(after, name) == getattr(before, name) for name in fields)
    assert after.someone_else_said == "Lost at the depot."


@pytest.mark.parametrize(
    ("status", "text", "stranger", "then"),
    [
        ("waiting", "At the depot.", False, "in_progress"),
        ("waiting", "At the depot.", True, "in_progress"),
        ("resolved", "At the depot.", False, "open"),
        ("resolved", "At the depot.", True, "resolved"),
        ("in_progress", "At the depot.", False, "in_progress"),
    ],
)
def test_it_wakes_the_ticket(
    database: Database,
    shop: Shop,
    ticket: Ticket,
    aside: OutboundMail,
    status: str,
    text: str,
    stranger: bool,
    then: str,
) -> None:
    with database.transaction() as session:
        now = session.get_one(Ticket, ticket.id)
        walk_status(session, now, SYSTEM, "in_progress", NOW)
        walk_status(session, now, SYSTEM, status, NOW)
    if status == "in_progress":
        with database.transaction() as session:
            until = NOW + timedelta(days=3)
            snooze(session, shop.agent, ticket.id, Snooze(until), now=NOW)
    sender = STRANGER if stranger else CARRIER
    receive(database, answer(aside, text, sender=sender))
    after = now_of(database, ticket)
    assert (after.status, after.snoozed_until) == (then, None)
    assert after.someone_else_said == text


@pytest.mark.parametrize("kind", ["auto_reply", "message"])
def test_thanks_and_machines_reopen_nothing(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail, kind: str
) -> None:
    with database.transaction() as session:
        walk_status(session, session.get_one(Ticket, ticket.id), SYSTEM, "resolved", NOW)
    steps = steps_of(database, ticket.id)
    receive(database, answer(aside, "Thanks!", kind=kind, left_of_thanks=()))
    assert steps_of(database, ticket.id) == steps
    assert comments_of(database, ticket.id)[-1].side_conversation_id


def test_a_bounce_stands_in_it(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    with database.transaction() as session:
        session.get_one(OutboundMail, aside.id).state = "sent"
    bounce = mail(
        "mailer-daemon@carrier.example",
        kind="bounce",
        envelope_from="",
        bounced_message_id=aside.message_id,
        bounced_addresses=(CARRIER,),
        bounce_words="550 5.1.1 no such user",
    )
    receive(database, bounce)
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.kind, comment.internal) == ("bounce", True)
    assert comment.side_conversation_id
    told = outbox(database, "delivery_failed_staff")
    assert [one.recipient for one in told] == ["agent@shop.example"]


def test_the_assignee_and_who_began_it_are_told(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    with database.transaction() as session:
        assign(session, shop.agent, ticket.id, shop.admin.person_id, now=NOW)
    receive(database, answer(aside))
    with database.reading() as session:
        told = session.scalars(select(Concern).where(Concern.kind == "answered")).all()
    assert {one.person_id for one in told} == {shop.admin.person_id, shop.agent.person_id}


def test_a_blocked_sender_is_not_heard(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    with database.transaction() as session:
        block_sender(session, shop.agent, CARRIER, now=NOW)
    filed = receive(database, answer(aside))
    assert filed.ticket_id != ticket.id
    assert ticket_of(database, filed).folder == "spam"


def test_an_answer_of_staff_settles_it(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    first = answer(aside, message_id="first@carrier.example")
    receive(database, first)
    made = comments_of(database, ticket.id)[-1]
    write(database, shop, made, "Please send it on.")
    assert not now_of(database, ticket).someone_else_said
    second = sent(database)[-1]
    assert second.in_reply_to == "first@carrier.example"
    assert second.references == [aside.message_id, "first@carrier.example"]


def test_long_after_the_end_it_begins_anew(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    with database.transaction() as session:
        for status in ("resolved", "closed"):
            walk_status(session, session.get_one(Ticket, ticket.id), SYSTEM, status, NOW)
    late = NOW + timedelta(days=60)
    filed = receive(database, answer(aside, received_at=late), now=late)
    assert filed.ticket_id != ticket.id
    assert recorded(database)[-1].decision["continues"] == ticket.id
    with database.reading() as session:
        assert session.get_one(Ticket, ticket.id).status == "closed"
        person = session.get_one(Person, session.get_one(Ticket, filed.ticket_id).requester_id)
    assert person.id not in participants_of(database, ticket.id)


def shown(database: Database, shop: Shop, ticket: Ticket) -> tuple[str, list[str], str]:
    """How the ticket stands on its customer's page, the steps there, and the page's version."""
    with database.reading() as session:
        token = links.tracking_token(SECRET, ticket.id, ticket.link_generation, shop.ann.id)
        page = tracking_page(session, token)
        assert version_of(session, token) == page.version
        (row,) = my_tickets(session, actor_of(shop.ann), TicketFilter()).tickets
        assert row.status == page.status
        found = my_tickets(session, actor_of(shop.ann), TicketFilter(status=(page.status,)))
        assert found.count == 1
        if row.status != "in_progress":
            none = my_tickets(session, actor_of(shop.ann), TicketFilter(status=("in_progress",)))
            assert none.count == 0
        listed = ticket_list(session, actor_of(shop.ann), TicketFilter(status=(page.status,)))
        assert listed.count == 1
        return str(page.status), [str(one.status) for one in page.steps], page.version


def test_what_the_customer_owes_they_owe_still(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Which colour?"), now=NOW)
    before = shown(database, shop, ticket)
    assert before[0] == "waiting"
    receive(database, answer(aside))
    assert now_of(database, ticket).status == "in_progress"
    assert shown(database, shop, ticket) == before
    receive(database, answer(aside, "And one more thing."))
    write(database, shop, comments_of(database, ticket.id)[-1], "Please send it on.")
    assert shown(database, shop, ticket) == before
    theirs = reply_address(database, ticket, shop.ann)
    receive(database, mail("ann@mail.example", to=(theirs,), text="Blue.", verdict="pass"))
    assert shown(database, shop, ticket)[0] == "in_progress"


@pytest.mark.parametrize("then", ["answer", "status", "undone", "resolved"])
def test_what_they_owe_ends_with_what_staff_do(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail, then: str
) -> None:
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Which colour?"), now=NOW)
    before = shown(database, shop, ticket)
    receive(database, answer(aside))
    with database.transaction() as session:
        if then == "answer":
            known = Answer("We know the colour now.", status="in_progress")
            reply(session, shop.agent, ticket.id, known, now=LATER)
        elif then == "undone":
            line = history(session, ticket.id)[-1]
            assert (line.field, line.can_be_undone) == ("status", True)
            undo_change(session, shop.agent, ticket.id, line.id, now=LATER)
        else:
            for status in ("waiting", "in_progress") if then == "status" else ("resolved",):
                change_status(session, shop.agent, ticket.id, status, now=LATER)
    expected = {"undone": "waiting", "resolved": "resolved"}.get(then, "in_progress")
    assert shown(database, shop, ticket)[0] == expected
    if then == "undone":
        assert shown(database, shop, ticket) == before, "for them it never moved"


def test_a_change_of_status_is_told_as_it_stands_to_them(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Hello."), now=NOW)
        change_status(session, shop.agent, ticket.id, "in_progress", now=LATER)
        change_status(session, shop.agent, ticket.id, "waiting", now=LATER)
        session.flush()
    receive(database, answer(aside))
    with database.transaction() as session:
        send_notifications(session, now=LATER + timedelta(hours=1))
    told = outbox(database, "status_changed_customer")
    assert {one.values["status"] for one in told} <= {"waiting"}
