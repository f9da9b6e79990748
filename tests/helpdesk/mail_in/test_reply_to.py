"""Reply-To: whom a ticket answers, and what naming somebody there does not give."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk import links
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_in.explanation import explain
from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.mail_in.ledger_row import MailOutcome
from helpdesk.models import Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.tickets.people import person_at
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    SUPPORT,
    comments_of,
    mail,
    outbox,
    participants_of,
    receive,
    recorded,
    ticket_of,
)
from tests.support.factories import NOW, Shop, make_shop

ACK = "ticket_created_customer"
ANSWER = "comment_added_customer"
WORK, HOME, COLLEAGUE = "joe@firm.example", "joe@home.example", "team@firm.example"
PASSED = {"verdict": "pass", "dmarc": "pass", "reasons": ["It is signed."]}


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def asking(sender: str, *reply_to: str, **changed: Any) -> Any:
    return mail(sender, reply_to=tuple(NamedAddress("", one) for one in reply_to), **changed)


def answered_at(database: Database, shop: Shop, filed: MailOutcome) -> list[str]:
    """Where an answer of staff goes."""
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Try a new seal."), now=NOW)
    return [
        sent.recipient for sent in outbox(database, ANSWER) if sent.ticket_id == filed.ticket_id
    ]


def why(database: Database) -> str:
    told = explain(recorded(database)[-1].decision)
    return " ".join(step.words for step in told.steps)


def token_for(database: Database, ticket: Ticket, address: str) -> str:
    with database.reading() as session:
        person = person_at(session, address)
    assert person
    return f"support+{links.reply_token(SECRET, ticket.id, person.id, 1)}@shop.example"


@pytest.mark.parametrize(
    ("verdict", "reply_to", "heeded"),
    [
        ("pass", COLLEAGUE, True),
        ("pass", HOME, True),
        ("none", COLLEAGUE, True),
        ("none", HOME, False),
        ("unknown", COLLEAGUE, True),
        ("unknown", HOME, False),
        ("fail", HOME, False),
        ("none", "joe@mail.firm.example", False),
        ("none", "JOE@Firm.Example ", False),
        ("pass", SUPPORT, False),
        ("pass", "support+x@shop.example", False),
        ("pass", "agent@shop.example", False),
        ("pass", "no address", False),
    ],
)
def test_answers_go_where_a_mail_asks_if_that_is_of_its_domain_or_it_is_proven(
    database: Database, shop: Shop, verdict: str, reply_to: str, heeded: bool
) -> None:
    filed = receive(database, asking(WORK, reply_to, verdict=verdict))
    expected = reply_to if heeded else WORK
    acknowledged = [] if verdict == "fail" else [expected]
    assert [sent.recipient for sent in outbox(database, ACK)] == acknowledged
    assert answered_at(database, shop, filed) == [expected]


def test_who_is_named_by_a_proven_mail_is_not_proven(database: Database, shop: Shop) -> None:
    """Or anybody with an address of their own could have us mail their words to anybody."""
    copied = {"to": [SUPPORT], "cc": ["bob@mail.example"]}
    proven = asking(WORK, HOME, subject="BUY", verdict="pass", authentication=PASSED, **copied)
    filed = receive(database, proven)
    (sent,) = outbox(database, ACK)
    assert (sent.values["verified"], "BUY" in sent.subject) == (False, False)
    with database.reading() as session:
        (shown,) = conversation(session, filed.ticket_id or 0)
    assert shown.unverified
    assert shown.proof
    assert shown.proof.mark == "unverified"
    assert shown.proof.reasons[-1] == f"That is proven of {WORK} alone, not of {HOME}."
    assert shown.staff_annotation == f"It came from {WORK}, and asks for answers here."
    assert shown.author
    assert shown.author.address == HOME
    assert WORK in why(database)
    assert participants_of(database, filed.ticket_id)[shop.bob.id] is True


def test_a_reply_to_that_is_not_heeded_is_told_of(database: Database, shop: Shop) -> None:
    receive(database, asking(WORK, HOME))
    assert f"It asks for answers at {HOME}" in why(database)
    receive(database, mail(WORK))
    assert why(database) == ""


def test_what_lists_and_machines_write_there_is_not_heeded(database: Database, shop: Shop) -> None:
    for kind in ("list", "auto_reply"):
        filed = receive(database, asking(WORK, "list@firm.example", kind=kind, verdict="pass"))
        assert answered_at(database, shop, filed) == [WORK]


def test_their_own_address_among_several_is_the_one_answered(
    database: Database, shop: Shop
) -> None:
    filed = receive(database, asking(WORK, COLLEAGUE, WORK, verdict="pass"))
    assert answered_at(database, shop, filed) == [WORK]
    filed = receive(database, asking(WORK, SUPPORT, COLLEAGUE, HOME, verdict="pass"))
    assert answered_at(database, shop, filed) == [COLLEAGUE]


@pytest.mark.parametrize("reply_to", [COLLEAGUE, HOME])
def test_who_wrote_and_who_is_answered_stay_on_one_ticket(
    database: Database, shop: Shop, reply_to: str
) -> None:
    first = receive(database, asking(WORK, reply_to, verdict="pass", message_id="first@firm"))
    ticket = ticket_of(database, first)
    token = token_for(database, ticket, reply_to)
    follow_ups = {
        "who is answered, from there": mail(reply_to, to=[token]),
        "the writer to the reply address, asking the same": asking(WORK, reply_to, to=[token]),
        "the same, badly signed": asking(WORK, reply_to, to=[token], verdict="fail"),
        "the writer, after their own mail": asking(WORK, reply_to, in_reply_to=("first@firm",)),
        "the same, asking for nothing": mail(WORK, in_reply_to=("first@firm",)),
    }
    for said, follow_up in follow_ups.items():
        filed = receive(database, follow_up)
        assert filed.ticket_id == first.ticket_id, said
        assert not comments_of(database, first.ticket_id)[-1].internal, said
    assert ticket_of(database, first).requester_id == ticket.requester_id


def test_naming_somebody_joins_none_of_their_tickets(database: Database, shop: Shop) -> None:
    """Neither by number nor by Message-ID: their own domain might have refused such a mail."""
    anns = receive(database, mail("ann@mail.example", message_id="hers@mail.example"))
    for named in (
        {"subject": f"Re: [{anns.ticket_number}]"},
        {"in_reply_to": ("hers@mail.example",)},
    ):
        for sender in ("eve@evil.example", "eve@mail.example"):
            filed = receive(database, asking(sender, "ann@mail.example", verdict="pass", **named))
            assert filed.is_new_ticket, (sender, named)
    assert len(comments_of(database, anns.ticket_id)) == 1


def test_a_stray_token_stays_for_staff_whatever_it_asks(database: Database, shop: Shop) -> None:
    anns = receive(database, mail("ann@mail.example"))
    token = token_for(database, ticket_of(database, anns), "ann@mail.example")
    filed = receive(database, asking("eve@evil.example", "eve@else.example", to=[token]))
    assert filed.ticket_id == anns.ticket_id
    assert comments_of(database, anns.ticket_id)[-1].internal


def test_who_writes_by_anothers_token_gets_no_way_in_of_their_own(
    database: Database, shop: Shop
) -> None:
    anns = receive(database, mail("ann@mail.example"))
    token = token_for(database, ticket_of(database, anns), "ann@mail.example")
    for verdict in ("none", "pass"):
        first = asking(
            "eve@evil.example", "ann@mail.example", to=[token], verdict=verdict, message_id="e@evil"
        )
        assert receive(database, first).ticket_id == anns.ticket_id
        own = mail("eve@evil.example", in_reply_to=("e@evil",), verdict="pass")
        assert receive(database, own).ticket_id != anns.ticket_id


def test_on_a_ticket_that_goes_on_a_proven_writer_only_proposes_it(
    database: Database, shop: Shop
) -> None:
    """The requester stays the requester; staff see whom else they would answer."""
    first = receive(database, mail("ann@mail.example", message_id="hers@mail.example"))
    for verdict, others in (("none", []), ("pass", [True])):
        again = asking(
            "ann@mail.example", HOME, in_reply_to=("hers@mail.example",), verdict=verdict
        )
        assert receive(database, again).ticket_id == first.ticket_id
        on_it = participants_of(database, first.ticket_id)
        assert on_it.pop(shop.ann.id) is False
        assert list(on_it.values()) == others
    assert answered_at(database, shop, first) == ["ann@mail.example"]
