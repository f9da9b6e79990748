"""Notices: who is mailed about what, who never is, and when many mails become one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.rate_ticket import rate_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.say_solved import ask_for_more_help
from helpdesk.actions.send_notifications import MOST_MAILS, notifications_due, send_notifications
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.models import Mailbox, Person, ThreadId, Ticket
from helpdesk.tickets.access import actor_of
from tests.conftest import SECRET
from tests.helpdesk.mails import mail, outbox, receive, ticket_of
from tests.support.factories import NOW, Shop, make_person, make_shop
from tests.support.statements import asked_of

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
STATUS = "status_changed_customer"


@pytest.fixture
def shop(database: Database) -> Shop:
    made = make_shop(database)
    with database.transaction() as session:
        make_person(session, "mia.lee@shop.example", "agent").name = "Mia Lee"
    return made


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, by mail; what it caused is told already, and forgotten here."""
    filed = receive(database, mail())
    tell(database)
    return ticket_of(database, filed)


def tell(database: Database, now: datetime = NOW) -> list[tuple[str, str]]:
    """Send what is due. Returns the template and the recipient of each mail that this put in."""
    before = len(outbox(database))
    with database.transaction() as session:
        send_notifications(session, now=now)
    return [(mail.template, mail.recipient.partition("@")[0]) for mail in outbox(database)[before:]]


def mia(database: Database) -> Actor:
    with database.reading() as session:
        return actor_of(session.query(Person).filter_by(name="Mia Lee").one())


def mute(database: Database, kind: str, person_id: int | None = None) -> None:
    with database.transaction() as session:
        found = session.get_one(Person, person_id) if person_id else session.query(Mailbox).one()
        found.muted = [kind]


def test_a_new_ticket_is_told_to_all_staff_once_and_waits_for_no_mail_of_it(
    database: Database, shop: Shop
) -> None:
    receive(database, mail())
    assert [mail.template for mail in outbox(database)] == ["ticket_created_customer"]
    everyone = ["admin", "agent", "mia.lee"]
    assert tell(database) == [("ticket_created_staff", name) for name in everyone]
    assert tell(database) == []
    told = outbox(database)[-1]
    right = links.read_reply_token((SECRET,), told.reply_to.partition("+")[2].partition("@")[0])
    assert right is not None
    assert (right.ticket_id, right.person_id) == (told.ticket_id, told.person_id)


def test_machine_mail_is_told_to_nobody_and_staff_are_not_told_of_their_own(
    database: Database, shop: Shop
) -> None:
    receive(database, mail(kind="auto_reply"))
    assert tell(database) == []
    receive(database, mail("agent@shop.example"))
    assert [name for _, name in tell(database)] == ["admin", "mia.lee"]


def test_a_customers_answer_is_told_to_whoever_works_on_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    def ann_writes() -> list[tuple[str, str]]:
        with database.transaction() as session:
            ann = session.get_one(Person, ticket.requester_id)
            reply(session, actor_of(ann), ticket.id, Answer("Any news?"), now=NOW)
        return tell(database)

    told = "comment_added_staff"
    assert len(ann_writes()) == 3
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Soon."), now=NOW)
    assert ann_writes() == [(told, "agent")]
    with database.transaction() as session:
        assign(session, shop.agent, ticket.id, mia(database).person_id, now=NOW)
    assert tell(database) == [("assigned_staff", "mia.lee")]
    assert ann_writes() == [(told, "mia.lee")]
    mute(database, "customer_replied", mia(database).person_id)
    assert ann_writes() == []


def test_what_a_customer_says_by_a_button_is_told_to_whoever_works_on_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    def act(action: Callable[..., object], actor: Actor, *values: object, **more: object) -> None:
        with database.transaction() as session:
            action(session, actor, ticket.id, *values, now=NOW, **more)

    with database.reading() as session:
        ann = actor_of(session.get_one(Person, ticket.requester_id))
    act(reply, shop.agent, Answer("Try a new seal.", status="resolved"))
    tell(database)
    act(ask_for_more_help, ann)
    assert tell(database) == [("comment_added_staff", "agent")]
    assert outbox(database)[-1].values["by_button"] == "help"
    act(ask_for_more_help, ann)
    assert tell(database) == [], "it was open already"

    act(assign, shop.agent, mia(database).person_id)
    act(change_status, shop.agent, "resolved")
    tell(database)
    act(rate_ticket, ann, "good")
    assert tell(database) == [], "nobody need look at that"
    act(rate_ticket, ann, "okay", comment="The seal is red.")
    act(rate_ticket, ann, "bad", comment="It still leaks.")
    assert tell(database) == [("comment_added_staff", "mia.lee")], "of several the last"
    told = outbox(database)[-1].values
    assert (told["by_button"], told["grade"], told["text"]) == ("rating", "bad", "It still leaks.")
    mute(database, "customer_replied", mia(database).person_id)
    act(rate_ticket, ann, "bad", comment="Still.")
    assert tell(database) == []


def test_nobody_is_told_of_what_they_did(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        assign(session, shop.agent, ticket.id, shop.agent.person_id, now=NOW)
        add_note(session, shop.agent, ticket.id, text="@agent remember", now=NOW)
    assert tell(database) == []


def test_a_new_ticket_given_away_at_once_is_one_mail(database: Database, shop: Shop) -> None:
    filed = receive(database, mail())
    with database.transaction() as session:
        assign(session, shop.agent, filed.ticket_id or 0, mia(database).person_id, now=NOW)
    assert sorted(tell(database)) == [
        ("assigned_staff", "mia.lee"),
        ("ticket_created_staff", "admin"),
        ("ticket_created_staff", "agent"),
    ]


@pytest.mark.parametrize(
    ("note", "names"),
    [
        ("@mia can you look?", ["mia.lee"]),
        ("(@Mia.Lee), @admin: look", ["admin", "mia.lee"]),
        ("write to help@mia.example or mia@shop.example", []),
        ("@nobody @ann @", []),
        ("@MIALEE.", ["mia.lee"]),
    ],
)
def test_a_note_mentions_staff_by_name(
    database: Database, shop: Shop, ticket: Ticket, note: str, names: list[str]
) -> None:
    with database.transaction() as session:
        add_note(session, shop.agent, ticket.id, text=note, now=NOW)
    assert sorted(tell(database)) == [("mentioned_staff", name) for name in names]


def test_what_is_answered_to_a_notice_of_a_note_can_never_reach_the_customer(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        add_note(session, shop.agent, ticket.id, text="@mia he is lying", now=NOW)
    tell(database)
    told = outbox(database)[-1]
    assert told.reply_to == ""
    with database.reading() as session:
        known = session.query(ThreadId).filter_by(message_id=told.message_id).one()
        assert known.minted_for_id is None
    sent_before = len(outbox(database, "comment_added_customer"))
    answer = mail(
        "mia.lee@shop.example",
        subject=f"Re: {told.subject}",
        in_reply_to=(told.message_id,),
        verdict="pass",
    )
    assert receive(database, answer).ticket_id == ticket.id
    assert len(outbox(database, "comment_added_customer")) == sent_before


def test_two_of_one_first_name_are_not_guessed_between(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        make_person(session, "mia2@shop.example", "agent").name = "Mia Ray"
        add_note(session, shop.agent, ticket.id, text="@mia and @mia2", now=NOW)
    assert tell(database) == [("mentioned_staff", "mia2")]


def test_more_than_five_in_ten_minutes_become_one_digest(database: Database, shop: Shop) -> None:
    for person in (shop.admin, mia(database)):
        mute(database, "new_ticket", person.person_id)
    for n in range(MOST_MAILS + 3):
        receive(database, mail(f"c{n}@mail.example", f"Problem {n}"))
    told = tell(database)
    assert told.count(("ticket_created_staff", "agent")) == MOST_MAILS
    assert told.count(("digest_staff", "agent")) == 1
    [digest] = outbox(database, "digest_staff")
    assert [event["subject"] for event in digest.values["events"]] == [
        f"Problem {n}" for n in range(MOST_MAILS, MOST_MAILS + 3)
    ]
    assert digest.next_attempt_at == NOW + 10 * MINUTE
    # What comes when it has left begins anew.
    receive(database, mail("late@mail.example"), now=NOW + 21 * MINUTE)
    assert tell(database, NOW + 21 * MINUTE) == [("ticket_created_staff", "agent")]


def test_a_mailbox_of_ours_among_the_staff_is_never_mailed(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        # As it could come to be before addresses were compared.
        old = make_person(session, "old@shop.example", "agent")
        old.addresses[0].address = "support+me@shop.example"
    receive(database, mail())
    assert "support+me" not in [name for _, name in tell(database)]


def test_customers_are_told_of_a_changed_status_unless_it_is_changed_back(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    def becomes(status: str, now: datetime) -> None:
        with database.transaction() as session:
            change_status(session, shop.agent, ticket.id, status, now=now, reason="a troll")

    becomes("in_progress", NOW)
    becomes("resolved", NOW + 15 * SECOND)
    assert tell(database, NOW + 30 * SECOND) == []
    assert tell(database, NOW + 40 * SECOND) == [(STATUS, "ann")]
    told = outbox(database)[-1]
    assert told.values == {"ticket_number": ticket.number, "status": "resolved"}
    becomes("open", NOW + 3 * MINUTE)
    becomes("resolved", NOW + 3 * MINUTE)
    assert tell(database, NOW + 5 * MINUTE) == []
    with database.reading() as session:
        assert not notifications_due(session, NOW + 9 * MINUTE)


def test_an_answer_says_it_all(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "in_progress", now=NOW)
        reply(session, shop.agent, ticket.id, Answer("Try a new seal."), now=NOW + 10 * SECOND)
        change_status(session, shop.agent, ticket.id, "resolved", now=NOW + 10 * SECOND)
    assert tell(database, NOW + 2 * MINUTE) == [(STATUS, "ann")]
    with database.transaction() as session:
        # In one step with the answer, as by a command in a mail.
        reply(session, shop.agent, ticket.id, Answer("So.", status="resolved"), now=NOW + HOUR)
        change_status(session, shop.agent, ticket.id, "closed", now=NOW + HOUR)
    assert tell(database, NOW + 2 * HOUR) == []


def test_who_was_never_acknowledged_is_told_of_no_status(database: Database, shop: Shop) -> None:
    filed = receive(database, mail("news@mail.example", kind="list"))
    tell(database)
    with database.transaction() as session:
        change_status(session, shop.agent, filed.ticket_id or 0, "resolved", now=NOW)
    assert tell(database, NOW + 2 * MINUTE) == []


@pytest.mark.parametrize("by_mailbox", [True, False])
@pytest.mark.parametrize("kind", ["created", "comment", "status"])
def test_what_customers_are_told_can_be_switched_off(
    database: Database, shop: Shop, kind: str, by_mailbox: bool
) -> None:
    mute(database, kind, None if by_mailbox else shop.ann.id)
    filed = receive(database, mail("ann@mail.example"))
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Soon."), now=NOW)
        change_status(session, shop.agent, filed.ticket_id or 0, "resolved", now=NOW + SECOND)
    tell(database, NOW + 2 * MINUTE)
    told = {mail.template for mail in outbox(database) if mail.recipient == "ann@mail.example"}
    all_of_it = {
        "created": "ticket_created_customer",
        "comment": "comment_added_customer",
        "status": STATUS,
    }
    assert told & {*all_of_it.values()} == {*all_of_it.values()} - {all_of_it[kind]}


def test_many_staff_who_are_not_told_cost_no_statement_each(database: Database, shop: Shop) -> None:
    def asked(name: str) -> int:
        for number in range(3):
            receive(database, mail(f"{name}{number}@mail.example"))
        with asked_of(database) as statements, database.transaction() as session:
            send_notifications(session, now=NOW)
        return len(statements)

    few = asked("few")
    with database.transaction() as session:
        for number in range(40):
            one = make_person(session, f"quiet{number}@shop.example", "agent")
            one.muted = ["new_ticket"]
    assert asked("many") <= few + 3
