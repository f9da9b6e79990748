"""Reply-To: whom a ticket answers, and what naming somebody there does not give."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk import links
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.take_asked_address import take_asked_address
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_in.explanation import explain
from helpdesk.mail_in.incoming import Forwarded, NamedAddress
from helpdesk.mail_in.ledger_row import MailOutcome
from helpdesk.models import Mailbox, Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.tickets.access import actor_of, may_see
from helpdesk.tickets.asked_addresses import asked_addresses
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


def decide(database: Database, shop: Shop, filed: MailOutcome, address: str, choice: str) -> None:
    with database.transaction() as session:
        ticket_id = filed.ticket_id or 0
        take_asked_address(session, shop.agent, ticket_id, address, choice, now=NOW)


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
        ("pass", HOME, False),
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
def test_answers_go_where_a_mail_asks_if_that_is_of_its_own_domain(
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
    proven = asking(WORK, COLLEAGUE, subject="BUY", verdict="pass", authentication=PASSED, **copied)
    filed = receive(database, proven)
    (sent,) = outbox(database, ACK)
    assert (sent.values["verified"], "BUY" in sent.subject) == (False, False)
    with database.reading() as session:
        (shown,) = conversation(session, filed.ticket_id or 0)
    assert shown.unverified
    assert shown.proof
    assert shown.proof.mark == "unverified"
    assert shown.proof.reasons[-1] == f"That is proven of {WORK} alone, not of {COLLEAGUE}."
    assert shown.staff_annotation == f"It came from {WORK}, and asks for answers here."
    assert shown.author
    assert shown.author.address == COLLEAGUE
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
    if reply_to == HOME:
        decide(database, shop, first, HOME, "use")
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


def test_on_a_ticket_that_goes_on_it_is_shown(database: Database, shop: Shop) -> None:
    """The requester stays the requester. What an unproven mail asks, nobody is asked about."""
    first = receive(database, mail("ann@mail.example", message_id="hers@mail.example"))
    for verdict, state in (("none", "shown"), ("pass", "shown")):
        again = asking(
            "ann@mail.example", HOME, in_reply_to=("hers@mail.example",), verdict=verdict
        )
        assert receive(database, again).ticket_id == first.ticket_id
        assert participants_of(database, first.ticket_id) == {shop.ann.id: False}
        (asked,) = asked_addresses(ticket_of(database, first))
        assert (asked.address, asked.state) == (HOME, state)
    assert answered_at(database, shop, first) == ["ann@mail.example"]


# Forms and shops


def listed(database: Database, shop: Shop, *forms: str) -> None:
    with database.transaction() as session:
        session.get_one(Mailbox, shop.mailbox.id).forms = list(forms)


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [
        ("noreply@jotform.com", "pass"),
        ("no-reply@contact.wix-forms.com", "none"),
        ("mailer@shopify.com", "pass"),
        ("wordpress@shop.example", "none"),
        ("WooCommerce+1@shop.example", "fail"),
        ("form@listed.example", "none"),
        ("any@all.example", "pass"),
        ("support@shop.example", "pass"),
    ],
)
@pytest.mark.parametrize("kind", ["message", "list"])
def test_a_form_speaks_for_whom_its_reply_to_names(
    database: Database, shop: Shop, sender: str, verdict: str, kind: str
) -> None:
    listed(database, shop, "form@listed.example", "@all.example")
    headers = (("feedback-id", "1:2"),) if kind == "list" else ()
    filed = receive(
        database, asking(sender, HOME, subject="BUY", verdict=verdict, kind=kind, headers=headers)
    )
    known = sender != "no-reply@contact.wix-forms.com"
    acknowledged = [(sent.recipient, sent.subject) for sent in outbox(database, ACK)]
    if known and verdict != "fail":
        assert acknowledged == [(HOME, f"[{filed.ticket_number}] We have your message")]
    else:
        assert acknowledged in ([], [(sender, acknowledged[0][1])] if acknowledged else [])
    assert answered_at(database, shop, filed) == [HOME if known else sender]


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [
        ("noreply@jotform.com", "fail"),
        ("wordpress@other.example", "pass"),
        ("form@other.example", "pass"),
        ("invites@service.example", "pass"),
    ],
)
def test_nobody_else_does(database: Database, shop: Shop, sender: str, verdict: str) -> None:
    filed = receive(database, asking(sender, HOME, verdict=verdict))
    assert answered_at(database, shop, filed) == [sender]


@pytest.mark.parametrize("verdict", ["pass", "none"])
def test_a_public_providers_domain_is_nobodys_own(
    database: Database, shop: Shop, verdict: str
) -> None:
    for sender, other in (
        ("ann@gmail.com", "eve@gmail.com"),
        ("ann@yahoo.co.jp", "eve@yahoo.co.jp"),
        ("ann@hotmail.fr", "eve@hotmail.fr"),
        ("ann@web.de", "eve@web.de"),
    ):
        filed = receive(database, asking(sender, other, verdict=verdict))
        assert answered_at(database, shop, filed) == [sender]
    filed = receive(database, asking("ann@gmail.com", "ann+x@googlemail.com", verdict=verdict))
    assert ticket_of(database, filed).asked_addresses == [], "that is the sender"


# What staff decide


def test_staff_take_it_and_then_answers_go_there(database: Database, shop: Shop) -> None:
    filed = receive(database, asking(WORK, HOME, verdict="pass"))
    with database.reading() as session:
        assert person_at(session, HOME) is None, "nobody there is anybody until then"
    decide(database, shop, filed, HOME, "use")
    assert answered_at(database, shop, filed) == [HOME]
    again = receive(database, asking(WORK, HOME, verdict="pass"))
    assert answered_at(database, shop, again) == [WORK], "another ticket is asked about anew"


def test_staff_may_list_the_sender(database: Database, shop: Shop) -> None:
    first = receive(database, asking("form@site.example", HOME, verdict="none"))
    decide(database, shop, first, HOME, "always")
    assert answered_at(database, shop, first) == [HOME]
    again = receive(database, asking("form@site.example", "kim@else.example", verdict="none"))
    assert answered_at(database, shop, again) == ["kim@else.example"]


def test_an_answer_is_asked_once_where_it_goes(database: Database, shop: Shop) -> None:
    filed = receive(database, asking(WORK, HOME, verdict="pass", message_id="first@firm"))

    def send(choice: str) -> None:
        answer = Answer("So.", reply_to=choice)
        with database.transaction() as session:
            reply(session, shop.agent, filed.ticket_id or 0, answer, now=NOW)

    with pytest.raises(InvalidInput, match=HOME):
        send("")
    with pytest.raises(InvalidInput):
        send("elsewhere")
    assert outbox(database, ANSWER) == []
    send("sender")
    receive(database, asking(WORK, HOME, verdict="pass", in_reply_to=("first@firm",)))
    send("")
    assert {sent.recipient for sent in outbox(database, ANSWER)} == {WORK}
    decide(database, shop, filed, HOME, "use")
    assert answered_at(database, shop, filed)[-1] == HOME


def test_only_staff_decide_and_only_what_a_mail_asks(database: Database, shop: Shop) -> None:
    filed = receive(database, asking(WORK, HOME, verdict="pass"))
    with pytest.raises(InvalidInput):
        decide(database, shop, filed, "kim@else.example", "use")
    actor = actor_of(shop.bob)
    with database.transaction() as session, pytest.raises(NotFound):
        take_asked_address(session, actor, filed.ticket_id or 0, HOME, "use", now=NOW)


def test_who_wrote_a_forwarded_mail_is_one_click_away(database: Database, shop: Shop) -> None:
    inner = Forwarded(NamedAddress("Kim", "kim@else.example"), "Help", "")
    filed = receive(database, mail("sales@firm.example", verdict="pass", forwarded=inner))
    (asked,) = asked_addresses(ticket_of(database, filed))
    assert (asked.address, asked.is_forwarded) == ("kim@else.example", True)
    with database.transaction() as session:
        ticket_id = filed.ticket_id or 0
        reply(session, shop.agent, ticket_id, Answer("So.", reply_to=""), now=NOW)
    decide(database, shop, filed, "kim@else.example", "use")
    assert answered_at(database, shop, filed)[-1] == "kim@else.example"


def test_a_services_invitation_gives_its_secret_to_nobody(database: Database, shop: Shop) -> None:
    """Whoever has it mailed to a reply address of theirs, and stands in its Reply-To, sees none."""
    theirs = receive(database, mail("mallory@trick.example", verdict="pass"))
    token = token_for(database, ticket_of(database, theirs), "mallory@trick.example")
    invitation = {"text": "Join with 493021", "verdict": "pass"}
    for to in ([SUPPORT], [token]):
        filed = receive(
            database, asking("invite@service.example", "mallory@trick.example", to=to, **invitation)
        )
        comment = comments_of(database, filed.ticket_id)[-1]
        with database.reading() as session:
            mallory = person_at(session, "mallory@trick.example")
            assert mallory
            shown = conversation(session, filed.ticket_id or 0, public_only=True)
            hidden = "Join with 493021" not in [one.text for one in shown]
            ticket = session.get_one(Ticket, filed.ticket_id)
            assert comment.internal == hidden
            assert hidden or not may_see(session, ticket, actor_of(mallory))
    recipients = [one.recipient for one in outbox(database)]
    assert recipients.count("mallory@trick.example") == 1, "their own acknowledgement"


@pytest.mark.parametrize(
    "reply_to", ["no-reply@firm.example", "mailer-daemon@else.example", "agent@shop.example"]
)
def test_nobody_is_asked_about_what_nobody_or_a_colleague_reads(
    database: Database, shop: Shop, reply_to: str
) -> None:
    filed = receive(database, asking(WORK, reply_to, verdict="pass"))
    assert asked_addresses(ticket_of(database, filed)) == ()
    assert answered_at(database, shop, filed) == [WORK]
