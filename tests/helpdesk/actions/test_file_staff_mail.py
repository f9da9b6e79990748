"""Staff by mail: answers, commands, forwarded mail; and what those come to that prove nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helpdesk import links
from helpdesk.actions.relate_tickets import relate_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.db import Database
from helpdesk.mail_in.incoming import Forwarded, Incoming, NamedAddress
from helpdesk.models import Person, Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.tickets.content import Body
from helpdesk.tickets.people import person_at
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    comments_of,
    history_of,
    mail,
    outbox,
    receive,
    recorded,
    steps_of,
    ticket_of,
)
from tests.support.factories import NOW, Shop, make_person, make_shop, make_ticket

ANSWER = "comment_added_customer"
ACK = "ticket_created_customer"
AGENT = "agent@shop.example"


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    return ticket_of(database, receive(database, mail(message_id="hers@mail.example")))


@pytest.fixture
def agent(database: Database, shop: Shop) -> Person:
    with database.reading() as session:
        found = person_at(session, AGENT)
    assert found
    return found


def from_staff(ticket: Ticket, agent: Person, text: str, **changed: Any) -> Incoming:
    """What an agent's client sends when they answer a notification of ours."""
    token = links.reply_token(SECRET, ticket.id, agent.id, ticket.link_generation)
    given = mail(AGENT, **{"to": [f"support+{token}@shop.example"], "verdict": "pass", **changed})
    quoted = "> A customer wrote: It leaks.\n> Seen by staff alone."
    return replace(given, body=Body(f"{text}\n\n{quoted}", text, quoted, "-- \nAgent", "<b>x</b>"))


def answers(database: Database) -> list[str]:
    return [sent.values["text"] for sent in outbox(database, ANSWER)]


def test_an_answer_goes_to_the_customer_without_what_it_quotes(
    database: Database, shop: Shop, ticket: Ticket, agent: Person
) -> None:
    filed = receive(database, from_staff(ticket, agent, "Send it back, please."))
    assert answers(database) == ["Send it back, please."]
    comment = comments_of(database, filed.ticket_id)[-1]
    assert (comment.from_staff, comment.internal, comment.author_id) == (True, False, agent.id)
    shown = comment.text + comment.reply_text + comment.quoted_text + comment.signature_text
    assert "staff alone" not in shown + str(comment.html)
    assert ticket_of(database, filed).status == "waiting"
    # The customer's client is told of mails that it knows.
    assert outbox(database, ANSWER)[0].in_reply_to == "hers@mail.example"


def test_what_only_looks_like_a_signature_goes_out(
    database: Database, shop: Shop, ticket: Ticket, agent: Person
) -> None:
    answer = from_staff(ticket, agent, "Send it back.")
    whole = "Send it back.\n\nKind regards\nSam\nFlap 3, back door"
    receive(database, replace(answer, body=replace(answer.body, uncut_reply=whole)))
    assert answers(database) == [whole]


@pytest.mark.parametrize(
    ("text", "status", "sent"),
    [
        ("#resolve\nHere you are.", "resolved", ["Here you are."]),
        ("#resolve", "resolved", []),
        ("\n#Close \n", "closed", []),
        ("#status in progress\nWe look into it.", "in_progress", ["We look into it."]),
        ("#priority high\n#category refund\n#assign me\n\nOn it.", "waiting", ["On it."]),
        ("The part is #2.\n#resolve", "waiting", ["The part is #2.\n#resolve"]),
    ],
)
def test_commands_stand_at_the_beginning(
    database: Database,
    shop: Shop,
    ticket: Ticket,
    agent: Person,
    text: str,
    status: str,
    sent: list[str],
) -> None:
    filed = receive(database, from_staff(ticket, agent, text))
    now = ticket_of(database, filed)
    assert (now.status, answers(database)) == (status, sent)
    if "#assign" in text:
        assert (now.priority, now.category, now.assignee_id) == ("high", "refund", agent.id)
        changed = {one.field: one.changed_by_id for one in history_of(database, ticket.id)}
        assert changed["priority"] == changed["category"] == changed["assignee"] == agent.id


@pytest.mark.parametrize("unseen", ["", "\u200b", "\ufeff\u00a0"], ids=ascii)
def test_a_note_by_mail_stays_with_staff(
    database: Database, shop: Shop, ticket: Ticket, agent: Person, unseen: str
) -> None:
    text = f"{unseen}#note Ask the depot.\nThey close at five."
    receive(database, from_staff(ticket, agent, text))
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, comment.text) == (True, "Ask the depot.\nThey close at five.")
    assert answers(database) == []
    assert steps_of(database, ticket.id) == ["open"]


def test_a_name_in_a_note_by_mail_that_is_not_clear_is_said_below_it(
    database: Database, shop: Shop, ticket: Ticket, agent: Person
) -> None:
    receive(database, from_staff(ticket, agent, "#note @zoe, @admin: ask the depot."))
    *_, note, said = comments_of(database, ticket.id)
    assert note.text == "@zoe, @admin: ask the depot."
    assert (said.internal, said.author_id) == (True, None)
    assert said.text == "“@zoe” is nobody of staff."
    assert answers(database) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("#assign zoe", "Of staff none has that name"),
        ("#priority huge", "There is no priority “huge”"),
        ("#status closed", "cannot become closed"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_note_and_stops_nothing(
    database: Database, shop: Shop, ticket: Ticket, agent: Person, command: str, said: str
) -> None:
    receive(database, from_staff(ticket, agent, f"{command}\n#priority low\nSorry for the wait."))
    *_, answer, note = comments_of(database, ticket.id)
    assert (note.internal, note.author_id) == (True, None)
    assert said in note.text
    assert answers(database) == ["Sorry for the wait."] == [answer.text]
    assert ticket_of(database, receive(database, mail())).priority == "medium"
    changed = [(one.field, one.new_value) for one in history_of(database, ticket.id)]
    assert ("priority", "low") in changed
    assert changed[-1] == (("status", "waiting") if "status" in command else ("priority", "low"))


def test_the_beginning_of_a_name_means_who_can_have_the_ticket(
    database: Database, shop: Shop, ticket: Ticket, agent: Person
) -> None:
    box = ticket.mailbox_id
    assert box
    with database.transaction() as session:
        reads, works = (
            make_person(session, f"{name}@shop.example", "agent") for name in ("kim", "kima")
        )
        reads.name, works.name = "Kim Reads", "Kim Works"
        set_mailbox_rights(session, shop.admin, reads.id, {box: "see"}, now=NOW)
    receive(database, from_staff(ticket, agent, "#assign kim\nOn it."))
    assert ticket_of(database, receive(database, mail())).id
    with database.reading() as session:
        assert session.get_one(Ticket, ticket.id).assignee_id == works.id
    receive(database, from_staff(ticket, agent, "#assign Kim Reads\nOn it."))
    note = comments_of(database, ticket.id)[-1].text
    assert "Kim Reads may only read this mailbox's tickets" in note
    receive(database, from_staff(ticket, agent, "#assign nobodyelse\nOn it."))
    note = comments_of(database, ticket.id)[-1].text
    assert "Kim Works (kima@shop.example)" in note
    assert "kim@shop.example" not in note


@pytest.mark.parametrize(
    ("command", "status"), [("#resolve", "waiting"), ("#resolve anyway", "resolved")]
)
def test_an_open_child_holds_its_parent_by_mail_too(
    database: Database, shop: Shop, ticket: Ticket, agent: Person, command: str, status: str
) -> None:
    with database.transaction() as session:
        child = make_ticket(session, shop.bob)
    with database.transaction() as session:
        relate_tickets(session, shop.agent, ticket.id, child.number, "child", now=NOW)
    receive(database, from_staff(ticket, agent, f"{command}\nSorry for the wait."))
    assert answers(database) == ["Sorry for the wait."]
    assert steps_of(database, ticket.id)[-1] == status
    held = [one.text for one in comments_of(database, ticket.id) if "stays open" in one.text]
    assert len(held) == (status == "waiting")


def test_what_looks_like_a_command_and_is_none_stops_all_of_it(
    database: Database, shop: Shop, ticket: Ticket, agent: Person
) -> None:
    """It may be a misspelled ``#note``: what follows must not leave."""
    text = "#resolve\n#nota Never mention the recall.\nOr else."
    receive(database, from_staff(ticket, agent, text))
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, comment.from_staff, comment.text) == (True, True, text)
    assert comment.staff_annotation.startswith(
        "Nothing was sent or changed: “#nota Never mention the recall.” is no command."
    )
    assert answers(database) == []
    assert steps_of(database, ticket.id) == ["open"]


@pytest.mark.parametrize("missing", ["verdict", "token", "permission"])
def test_without_the_right_it_becomes_a_note_that_says_why(
    database: Database, shop: Shop, ticket: Ticket, agent: Person, missing: str
) -> None:
    forged = from_staff(ticket, agent, "#resolve\nRefund granted.")
    if missing == "verdict":
        forged = replace(forged, verdict="none")
    if missing == "token":
        forged = replace(forged, to=mail().to, arrival=mail().arrival)
        forged = replace(forged, in_reply_to=("hers@mail.example",))
    if missing == "permission":
        with database.transaction() as session:
            session.get_one(Person, agent.id).active = False
    filed = receive(database, forged)
    assert filed.ticket_id == ticket.id
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, comment.from_staff) == (True, False)
    assert "not proven" in comment.staff_annotation or "not on it" in comment.staff_annotation
    assert answers(database) == []
    assert steps_of(database, ticket.id) == ["open"]


# Forwarding

FORWARDED = Forwarded(
    NamedAddress("Cy", "cy@mail.example"), "Where is my lid?", "Can you take this?"
)


def forward(**changed: Any) -> Incoming:
    return mail(AGENT, "Fwd: The lid", **{"verdict": "pass", "forwarded": FORWARDED, **changed})


def test_a_forwarded_mail_is_its_customers(database: Database, shop: Shop, agent: Person) -> None:
    ticket = ticket_of(database, receive(database, forward()))
    with database.reading() as session:
        customer = person_at(session, "cy@mail.example")
    assert customer
    assert (ticket.requester_id, ticket.subject) == (customer.id, "The lid")
    opening, cover = comments_of(database, ticket.id)
    assert (opening.author_id, opening.text, opening.internal) == (customer.id, FORWARDED.text, 0)
    assert "Forwarded by agent" in opening.staff_annotation
    assert (cover.text, cover.internal, cover.author_id) == (FORWARDED.cover, True, agent.id)
    assert "forwarded by agent" in history_of(database, ticket.id)[-1].reason
    assert outbox(database) == []
    with database.reading() as session:
        shown = conversation(session, ticket.id)[0]
    assert (shown.forwarded_by, shown.unverified, shown.proof) == (agent.id, True, None)
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("On its way."), now=NOW)
    assert [sent.recipient for sent in outbox(database, ANSWER)] == ["cy@mail.example"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"verdict": "none"}, "not proven"),
        (
            {"forwarded": replace(FORWARDED, sender=NamedAddress("", "support@shop.example"))},
            "nobody",
        ),
        ({"forwarded": replace(FORWARDED, sender=NamedAddress("", "no address"))}, "nobody"),
        (
            {"forwarded": replace(FORWARDED, sender=NamedAddress("", "no-reply@mail.example"))},
            "nobody",
        ),
        (
            {"forwarded": replace(FORWARDED, sender=NamedAddress("", "admin@shop.example"))},
            "from staff",
        ),
    ],
)
def test_else_it_stays_with_its_sender_as_a_note_that_says_why(
    database: Database, shop: Shop, agent: Person, changed: dict[str, Any], why: str
) -> None:
    ticket = ticket_of(database, receive(database, forward(**changed)))
    (opening,) = comments_of(database, ticket.id)
    assert ticket.requester_id == agent.id
    assert (opening.internal, opening.unverified) == (True, True)
    assert why in opening.staff_annotation
    assert outbox(database) == []


def test_customers_forward_for_themselves(database: Database, shop: Shop) -> None:
    ticket = ticket_of(database, receive(database, replace(mail(), forwarded=FORWARDED)))
    assert ticket.requester_id == shop.ann.id
    assert recorded(database)[-1].state == "filed"


@pytest.mark.parametrize("right", ["", "see"])
def test_by_mail_one_may_no_more_than_on_the_desk(
    database: Database, shop: Shop, ticket: Ticket, agent: Person, right: str
) -> None:
    """With a token from before: kept as a note, and nothing of it is sent or done."""
    with database.transaction() as session:
        rights = {str(ticket.mailbox_id): right} if right else {}
        session.get_one(Person, agent.id).mailbox_rights = rights
    filed = receive(database, from_staff(ticket, agent, "#priority high\nSend it back."))
    assert filed.ticket_id == ticket.id
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, answers(database)) == (True, [])
    now = ticket_of(database, filed)
    assert (now.status, now.priority) == ("open", "medium")
    assert "may not answer in this mailbox" in comment.staff_annotation


def test_a_number_alone_lets_staff_join_where_they_may_see(
    database: Database, shop: Shop, ticket: Ticket, agent: Person
) -> None:
    with database.transaction() as session:
        session.get_one(Person, agent.id).mailbox_rights = {}
    subject = f"Re: [{ticket.number}] hello"
    filed = receive(database, mail(sender=AGENT, subject=subject, message_id="n@shop.example"))
    assert filed.ticket_id != ticket.id
