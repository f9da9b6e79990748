"""Creating a ticket: what must hold, what it writes, and numbers that are never given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actor import SYSTEM, VISITOR, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Order, Person, Ticket, TicketDay
from helpdesk.queries.stats import figures
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.tickets.people import person_at
from helpdesk.tickets.queue_row import refresh_queue_row
from tests.helpdesk.mails import (
    comments_of,
    history_of,
    mail,
    now_of,
    outbox,
    participants_of,
    receive,
)
from tests.support.factories import NOW, Shop


def create(database: Database, actor: Actor, **changed: Any) -> Ticket:
    given: dict[str, Any] = {
        "subject": "My kettle leaks",
        "description": "It leaks at the bottom.",
        **changed,
    }
    now, acknowledge = given.pop("now", NOW), given.pop("acknowledge", True)
    with database.transaction() as session:
        draft = TicketDraft(**given)
        return create_ticket(session, actor, draft, acknowledge=acknowledge, now=now)


def test_a_customer_creates_a_ticket_and_is_told_so(database: Database, shop: Shop) -> None:
    ticket = create(database, actor_of(shop.ann), category="product", priority="high")
    assert ticket.number == "TKT20261123001"
    assert (ticket.status, ticket.category, ticket.priority) == ("open", "product", "high")
    assert (ticket.requester_id, ticket.mailbox_id) == (shop.ann.id, shop.mailbox.id)
    assert ticket.preview == "It leaks at the bottom."
    (comment,) = comments_of(database, ticket.id)
    assert (comment.opening, comment.from_staff, comment.internal) == (True, False, False)
    (change,) = history_of(database, ticket.id)
    assert (change.field, change.old_value, change.new_value) == ("status", "", "open")
    assert participants_of(database, ticket.id) == {shop.ann.id: False}
    (sent,) = outbox(database)
    assert (sent.template, sent.recipient) == ("ticket_created_customer", "ann@mail.example")
    assert sent.subject == "[TKT20261123001] My kettle leaks"


def test_a_field_that_does_not_hold_is_named(database: Database, shop: Shop) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("subject", {"subject": ""}),
        ("subject", {"subject": "ab"}),
        ("subject", {"subject": " \r\n\u200b ab \0"}),
        ("subject", {"subject": "x" * 201}),
        ("subject", {"subject": "x" * 100_000}),
        ("description", {"description": ""}),
        ("description", {"description": " \n\t\r\n "}),
        ("description", {"description": "\0\ud800"}),
        ("description", {"description": "x" * 10_001}),
        ("category", {"category": "weather"}),
        ("category", {"category": ""}),
        ("priority", {"priority": "asap"}),
        ("order_id", {"order_number": "10088"}),
        ("mailbox", {"mailbox_id": 999}),
        ("mailbox", {"mailbox_id": 10**30}),
    ]
    for field, changed in wrong:
        with pytest.raises(InvalidInput) as refused:
            create(database, actor_of(shop.ann), **changed)
        assert refused.value.field == field, changed
        assert refused.value.message.endswith((".", "”.")), changed
    for customer in ("nobody", "a@a <v@v>", "ann@mail.example\r\nBcc: x@y", "@"):
        with pytest.raises(InvalidInput) as refused:
            create(database, shop.agent, customer=customer)
        assert refused.value.field == "customer", customer
    assert outbox(database) == []


def test_the_longest_texts_that_hold_are_kept_whole(database: Database, shop: Shop) -> None:
    subject, text = "s" * 200, "ü" * 10_000
    ticket = create(database, actor_of(shop.ann), subject=subject, description=text)
    assert ticket.subject == subject
    assert comments_of(database, ticket.id)[0].text == text


def test_what_no_database_takes_is_taken_out(database: Database, shop: Shop) -> None:
    ticket = create(
        database,
        actor_of(shop.ann),
        subject="Ket\0tle \ud800 leaks\r\nBcc: eve@evil.example",
        description="nul \0 and \udfff lone",
    )
    assert ticket.subject == "Ket tle leaks Bcc: eve@evil.example"
    assert comments_of(database, ticket.id)[0].text == "nul  and  lone"


def test_the_order_of_someone_else_and_none_at_all_get_the_same_words(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        session.add(Order(number="A-1", person_id=shop.ann.id, created_at=NOW))
        session.add(Order(number="B-1", person_id=shop.bob.id, created_at=NOW))
    assert create(database, actor_of(shop.ann), order_number="A-1").order_id is not None
    said = []
    for number in ("B-1", "none", "A-1\0x", "%"):
        with pytest.raises(InvalidInput) as refused:
            create(database, actor_of(shop.ann), order_number=number)
        said.append((refused.value.field, refused.value.message))
    assert len(set(said)) == 1


def test_staff_create_for_a_customer_whom_they_name(database: Database, shop: Shop) -> None:
    ticket = create(
        database, shop.agent, customer=" New@Mail.example ", customer_name="Nora New\r\n"
    )
    with database.reading() as session:
        nora = person_at(session, "new@mail.example")
    assert nora is not None
    assert (nora.name, nora.role, ticket.requester_id) == ("Nora New", "customer", nora.id)
    assert history_of(database, ticket.id)[0].changed_by_id == shop.agent.person_id
    assert (ticket.answered, ticket.first_response_at) == (False, None)
    assert [sent.recipient for sent in outbox(database)] == ["new@mail.example"]


def test_a_known_customers_name_is_not_changed_by_naming_them_again(
    database: Database, shop: Shop
) -> None:
    create(database, shop.agent, customer="new@mail.example", customer_name="Nora New")
    create(database, shop.agent, customer="new@mail.example", customer_name="Someone Else")
    with database.reading() as session:
        nora = person_at(session, "new@mail.example")
    assert nora is not None
    assert nora.name == "Nora New"


def test_customers_create_for_nobody_else(database: Database, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        create(database, actor_of(shop.ann), customer="bob@mail.example")


def test_a_tracking_link_creates_nothing(database: Database, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        create(database, Actor(shop.ann.id, "customer", ticket_id=1))


def test_nobody_creates_nothing(database: Database, shop: Shop) -> None:
    for actor in (SYSTEM, Actor(None, "customer"), Actor(10**9, "customer")):
        with pytest.raises(NotAllowed):
            create(database, actor)


def test_numbers_begin_anew_each_utc_day_and_grow_past_999(database: Database, shop: Shop) -> None:
    ann = actor_of(shop.ann)
    assert create(database, ann).number == "TKT20261123001"
    assert create(database, ann).number == "TKT20261123002"
    assert create(database, ann, now=NOW + timedelta(days=1)).number == "TKT20261124001"
    with database.transaction() as session:
        session.get_one(TicketDay, "20261123").last = 998
    assert create(database, ann).number == "TKT20261123999"
    assert create(database, ann).number == "TKT202611231000"


def test_a_hundred_tickets_at_once_get_a_hundred_numbers(database: Database, shop: Shop) -> None:
    with ThreadPoolExecutor(10) as threads:
        made = threads.map(lambda _: create(database, actor_of(shop.ann)).number, range(100))
        numbers = list(made)
    assert sorted(numbers) == [f"TKT20261123{n:03}" for n in range(1, 101)]


def test_the_same_new_customer_named_at_once_is_one_person(database: Database, shop: Shop) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = threads.map(
            lambda _: create(database, shop.agent, customer="new@mail.example"), range(24)
        )
        requesters = {ticket.requester_id for ticket in made}
    assert len(requesters) == 1


def test_a_ticket_begins_by_writing_to_a_customer(database: Database, shop: Shop) -> None:
    ticket = create(database, shop.agent, customer="kim@new.example", write_to=True)
    (comment,) = comments_of(database, ticket.id)
    assert (comment.opening, comment.from_staff, comment.internal) == (True, True, False)
    (sent,) = outbox(database)
    assert (sent.template, sent.recipient) == ("comment_added_customer", "kim@new.example")
    assert sent.subject == f"[{ticket.number}] My kettle leaks", "it answers nothing"
    assert sent.mailbox_id == shop.mailbox.id
    now_on = now_of(database, ticket)
    assert (now_on.status, now_on.answered) == ("waiting", True)
    with database.transaction() as session:
        refresh_queue_row(session, session.get_one(Ticket, ticket.id))
    assert now_of(database, ticket).answered, "also when it is worked out anew"
    with database.reading() as session:
        assert figures(session, shop.agent).average_response is None, "nobody waited"

    back = mail("kim@new.example", "Re: My kettle leaks", "Yes?", to=[sent.reply_to])
    assert receive(database, back).ticket_id == ticket.id
    after = now_of(database, ticket)
    assert (after.status, after.answered, after.preview) == ("in_progress", False, "Yes?")
    assert comments_of(database, ticket.id)[-1].internal is False


def test_who_writes_to_a_customer_has_the_ticket_where_the_desk_says_so(
    database: Database, shop: Shop
) -> None:
    ticket = create(database, shop.agent, customer="kim@new.example", write_to=True)
    with database.reading() as session:
        takes = desk_settings(session).answering_takes
    assert now_of(database, ticket).assignee_id == (shop.agent.person_id if takes else None)


def test_nobody_is_written_to_whom_mail_cannot_reach_or_by_a_customer(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        shut = session.get_one(Person, shop.bob.id)
        shut.muted = ["comment"]
        own = session.get_one(Person, shop.agent.person_id).address
    for customer in (shop.bob.address, own):
        with pytest.raises(InvalidInput) as refused:
            create(database, shop.agent, customer=customer, write_to=True)
        assert refused.value.field == "customer"
    for actor in (actor_of(shop.ann), VISITOR):
        with pytest.raises(NotAllowed):
            create(database, actor, customer="kim@new.example", write_to=True)
    assert not outbox(database)
