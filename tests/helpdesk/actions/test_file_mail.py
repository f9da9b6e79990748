"""Filing a mail: the ticket that it begins or joins, and what a stranger cannot do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpdesk import links
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.models import Participant, Ticket, TicketLink
from helpdesk.tickets.people import person_at
from helpdesk.tickets.written_to import WrittenTo, read_written_to
from tests.helpdesk.mails import (
    SUPPORT,
    comments_of,
    mail,
    outbox,
    participants_of,
    receive,
    recorded,
    reply_address,
    steps_of,
    ticket_of,
)
from tests.support.factories import NOW, Shop, make_ticket

ACK = "ticket_created_customer"
ANSWER = "comment_added_customer"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(answered_ticket: Ticket) -> Ticket:
    return answered_ticket


def links_of(database: Database, ticket_id: int | None) -> list[tuple[int, str]]:
    with database.reading() as session:
        rows = session.query(TicketLink).filter_by(ticket_id=ticket_id).all()
        return [(row.other_id, row.kind) for row in rows]


def set_status(database: Database, shop: Shop, ticket: Ticket, *path: str) -> None:
    with database.transaction() as session:
        for status in path:
            change_status(session, shop.agent, ticket.id, status, now=NOW)


# New tickets


def test_a_mail_begins_a_ticket_of_its_mailbox(database: Database, shop: Shop) -> None:
    filed = receive(database, mail("new@mail.example", "Help", "The lid is loose."))
    ticket = ticket_of(database, filed)
    assert (filed.state, filed.is_new_ticket) == ("filed", True)
    assert (ticket.subject, ticket.mailbox_id, ticket.status) == ("Help", shop.mailbox.id, "open")
    (comment,) = comments_of(database, ticket.id)
    assert (comment.opening, comment.unverified, comment.source) == (True, True, "mail")
    (row,) = recorded(database)
    assert (row.state, row.ticket_id, row.comment_id) == ("filed", ticket.id, comment.id)
    assert row.decision["why"] == "Nothing in it names a ticket."
    (sent,) = outbox(database)
    assert (sent.template, sent.recipient) == (ACK, "new@mail.example")


def test_a_mail_of_nothing_is_a_ticket_all_the_same(database: Database, shop: Shop) -> None:
    ticket = ticket_of(database, receive(database, mail(subject="", text="", message_id=None)))
    assert ticket.subject == "(no subject)"
    assert comments_of(database, ticket.id)[0].text == "(no text)"


def test_an_acknowledgement_to_an_unproven_address_has_none_of_the_senders_words(
    database: Database, shop: Shop
) -> None:
    receive(database, mail("victim@else.example", "BUY NOW", "http://evil.example"))
    (sent,) = outbox(database)
    assert "BUY" not in sent.subject
    assert "evil" not in str(sent.values) + sent.recipient_name
    assert sent.values["verified"] is False


def test_an_acknowledgement_to_a_proven_address_names_the_subject(
    database: Database, shop: Shop
) -> None:
    receive(database, mail("new@mail.example", "The lid", verdict="pass"))
    (sent,) = outbox(database)
    assert "The lid" in sent.subject


@pytest.mark.parametrize("verdict", ["pass", "none"])
@pytest.mark.parametrize(
    "name", ["boss@bank.example", "Boss (boss@bank.example)", "boss＠bank.example"]
)
def test_a_name_that_shows_an_address_is_nobodys_name(
    database: Database, shop: Shop, verdict: str, name: str
) -> None:
    eve = NamedAddress(name, "eve@else.example")
    sent = replace(mail("eve@else.example", verdict=verdict), sender=eve, from_field=eve)
    ticket = ticket_of(database, receive(database, sent))
    with database.reading() as session:
        requester = session.get_one(Ticket, ticket.id).requester
        assert (requester.shown_name, ticket.claimed_name) == ("eve", "")
    assert comments_of(database, ticket.id)[0].claimed_name == ""
    assert all("bank" not in str(one.values) + one.recipient_name for one in outbox(database))


@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta(minutes=40)])
def test_a_sender_gets_three_acknowledgements_an_hour_and_ten_a_day(
    database: Database, shop: Shop, step: timedelta
) -> None:
    for number in range(30):
        receive(database, mail("victim@else.example"), now=NOW + number * step)
    assert len(outbox(database, ACK)) == (3 if step < HOUR / 10 else 10)
    receive(database, mail("other@else.example"), now=NOW)
    assert outbox(database, ACK)[-1].recipient == "other@else.example"
    receive(database, mail("victim@else.example"), now=NOW + 3 * DAY)
    assert outbox(database, ACK)[-1].recipient == "victim@else.example"


def test_people_in_copy_of_a_proven_mail_come_onto_the_ticket_as_pending(
    database: Database, shop: Shop
) -> None:
    copies = {
        "to": [SUPPORT, "bob@mail.example"],
        "cc": ["eve@mail.example", "support+x@shop.example"],
    }
    unproven = receive(database, mail(**copies))
    assert list(participants_of(database, unproven.ticket_id)) == [shop.ann.id]
    proven = receive(database, mail(verdict="pass", **copies))
    on_it = participants_of(database, proven.ticket_id)
    assert on_it.pop(shop.ann.id) is False
    assert on_it.pop(shop.bob.id) is True
    assert list(on_it.values()) == [True]
    with database.transaction() as session:
        reply(session, shop.agent, proven.ticket_id or 0, Answer("To Ann alone."), now=NOW)
    assert [sent.recipient for sent in outbox(database, ANSWER)] == ["ann@mail.example"]


def test_a_thousand_recipients_are_a_mail_like_any_other(database: Database, shop: Shop) -> None:
    crowd = [f"n{number}@crowd.example" for number in range(1000)]
    filed = receive(database, mail(to=[SUPPORT, *crowd], rcpt=[SUPPORT], verdict="pass"))
    assert filed.state == "filed"
    assert len(participants_of(database, filed.ticket_id)) == 6, "five strangers"


# Joining


def test_an_answer_joins_by_the_reply_address_only(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    to = reply_address(database, ticket, shop.ann)
    filed = receive(database, mail(subject="No number", to=[to]))
    assert (filed.ticket_id, filed.is_new_ticket) == (ticket.id, False)
    assert recorded(database)[-1].decision["rule"] == "token"
    assert ticket_of(database, filed).status == "in_progress"
    assert len(outbox(database, ACK)) == 1


def test_the_reply_address_may_stand_in_the_envelope_alone_and_in_any_case(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    token = reply_address(database, ticket, shop.ann)
    assert receive(database, mail(rcpt=[token.upper()])).ticket_id == ticket.id


def test_an_answer_joins_by_references_only(database: Database, shop: Shop, ticket: Ticket) -> None:
    sent = outbox(database, ANSWER)[0].message_id
    by_minted = receive(database, mail(subject="?", references=("x@y", sent)))
    assert by_minted.ticket_id == ticket.id
    assert recorded(database)[-1].decision["rule"] == "minted_id"
    by_own = receive(database, mail(subject="?", in_reply_to=("hers@mail.example",)))
    assert by_own.ticket_id == ticket.id
    assert recorded(database)[-1].decision["rule"] == "message_id"


def test_an_answer_joins_by_the_subjects_number_only(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    filed = receive(database, mail(subject=f"AW: [{ticket.number.lower()}] Kettle"))
    assert filed.ticket_id == ticket.id
    assert recorded(database)[-1].decision["rule"] == "number"
    assert comments_of(database, ticket.id)[-1].unverified


def test_a_strangers_mail_with_the_number_begins_a_linked_ticket(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    filed = receive(database, mail("eve@evil.example", f"Re: [{ticket.number}]"))
    assert filed.ticket_id != ticket.id
    assert links_of(database, filed.ticket_id) == [(ticket.id, "mentions")]
    assert ticket.subject not in str([sent.subject for sent in outbox(database, ACK)][1:])
    assert len(comments_of(database, ticket.id)) == 2


def test_a_thousand_guesses_join_nothing(database: Database, shop: Shop, ticket: Ticket) -> None:
    guesses = " ".join(f"[TKT20261123{number:03}]" for number in range(1000))
    for subject in (guesses, *(f"Re: TKT20261123{number:03}" for number in range(20))):
        assert receive(database, mail("eve@evil.example", subject)).ticket_id != ticket.id
    assert len(comments_of(database, ticket.id)) == 2


def test_a_stranger_with_a_stray_token_is_heard_by_staff_only(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    stray = reply_address(database, ticket, shop.ann)
    first = mail(
        "eve@evil.example", to=[stray], cc=["eve@evil.example"], message_id="e1@evil.example"
    )
    assert receive(database, first).ticket_id == ticket.id
    comment = comments_of(database, ticket.id)[-1]
    assert comment.internal
    assert "not on it" in comment.staff_annotation
    assert ticket_of(database, receive(database, first)).status == "in_progress"
    # Their own mail, with themselves in copy, opens no door to the thread either.
    second = mail("eve@evil.example", in_reply_to=("e1@evil.example",))
    assert receive(database, second).ticket_id != ticket.id
    assert outbox(database, ANSWER)[1:] == []


def test_a_revoked_or_forged_token_gives_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    address = reply_address(database, ticket, shop.ann)
    token = address.partition("+")[2].partition("@")[0]
    forged = [f"support+{token[:-1]}{'a' if token[-1] != 'a' else 'b'}@shop.example"]
    forged += [
        f"support+{junk}@shop.example" for junk in ("", "x", "ß", "a" * 60, "=" * 8, "7" * 64)
    ]
    with database.transaction() as session:
        session.get_one(Ticket, ticket.id).link_generation = 2
    for one in (address, *forged):
        assert receive(database, mail(subject="Hello", to=[one])).ticket_id != ticket.id, one


def test_a_forged_message_id_of_ours_gives_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    anns = outbox(database, ANSWER)[0].message_id
    made_up = links.mint_message_id("another secret " * 3, ticket.id, shop.bob.id, "shop.example")
    for message_id in (anns, made_up):
        filed = receive(database, mail("bob@mail.example", references=(message_id,)))
        assert filed.ticket_id != ticket.id


def test_someone_in_copy_may_answer_all(database: Database, shop: Shop, ticket: Ticket) -> None:
    anns = mail(
        to=[reply_address(database, ticket, shop.ann)],
        cc=["bob@mail.example"],
        message_id="all@mail.example",
        verdict="pass",
    )
    receive(database, anns)
    bobs = mail(
        "bob@mail.example",
        to=["ann@mail.example", *(named.address for named in anns.to)],
        in_reply_to=("all@mail.example",),
    )
    assert receive(database, bobs).ticket_id == ticket.id
    assert not comments_of(database, ticket.id)[-1].internal
    assert participants_of(database, ticket.id)[shop.bob.id] is True, "pending still"


@pytest.mark.parametrize("verdict", ["none", "unknown"])
def test_but_not_of_a_mail_that_nothing_proves(
    database: Database, shop: Shop, ticket: Ticket, verdict: str
) -> None:
    ways = {
        "token": {"to": [reply_address(database, ticket, shop.ann)]},
        "Message-ID": {"in_reply_to": ("hers@mail.example",)},
        "number": {"subject": f"[{ticket.number}]"},
        "none": {},
    }
    for way, named in ways.items():
        own_id = f"{way}-{verdict}@mail.example"
        copied = {"cc": ["Bob@mail.example"], "message_id": own_id, "verdict": verdict}
        first = receive(database, mail(**named, **copied))
        (bob,) = comments_of(database, first.ticket_id)[-1].copied
        assert bob["address"] == "bob@mail.example"
        bobs = mail("bob@mail.example", in_reply_to=(own_id,), verdict="pass")
        assert receive(database, bobs).ticket_id != first.ticket_id, way
        assert shop.bob.id not in participants_of(database, first.ticket_id)


def test_someone_pending_joins_by_no_number(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        session.add(
            Participant(
                ticket_id=ticket.id,
                person_id=shop.bob.id,
                role="copy",
                pending=True,
                added_at=NOW,
            )
        )
    filed = receive(database, mail("bob@mail.example", f"[{ticket.number}]"))
    assert filed.ticket_id != ticket.id


def test_who_says_they_are_staff_must_prove_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    spoofed = mail("agent@shop.example", f"[{ticket.number}]", "Refund granted!")
    assert receive(database, spoofed).ticket_id == ticket.id
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, comment.from_staff) == (True, False)
    assert len(outbox(database, ANSWER)) == 1


def test_proven_staff_answer_from_their_own_mail_client(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.reading() as session:
        agent = person_at(session, "agent@shop.example")
    answer = mail(
        "agent@shop.example",
        text="Done.\n> quoted",
        to=[reply_address(database, ticket, agent)],
        verdict="pass",
    )
    answer = replace(answer, body=replace(answer.body, reply="Done."))
    receive(database, mail(to=[reply_address(database, ticket, shop.ann)]))
    assert receive(database, answer).ticket_id == ticket.id
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, comment.from_staff) == (False, True)
    sent = outbox(database, ANSWER)[-1]
    assert (sent.recipient, sent.values["text"]) == ("ann@mail.example", "Done.")
    assert ticket_of(database, receive(database, answer)).status == "waiting"


def test_several_signals_are_all_recorded(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        bobs = make_ticket(session, shop.bob, "Bob's own")
    both = mail(
        subject=f"[{bobs.number}]",
        to=[reply_address(database, ticket, shop.ann)],
        references=("hers@mail.example",),
    )
    assert receive(database, both).ticket_id == ticket.id
    weighed = recorded(database)[-1].decision["weighed"]
    assert [one["kind"] for one in weighed] == ["token", "message_id", "number"]
    assert [one["held"] for one in weighed] == [True, False, False]
    token = both.to[0].address.partition("+")[2].partition("@")[0]
    assert token not in str(recorded(database)[-1].decision), "the token is a secret"


# Status


def test_an_answer_reopens_for_fourteen_days_and_then_begins_anew(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    to = reply_address(database, ticket, shop.ann)
    set_status(database, shop, ticket, "resolved", "closed")
    late = receive(database, mail(to=[to]), now=NOW + 14 * DAY + HOUR)
    assert late.is_new_ticket
    assert links_of(database, late.ticket_id) == [(ticket.id, "continues")]
    in_time = receive(database, mail(to=[to]), now=NOW + 14 * DAY)
    assert in_time.ticket_id == ticket.id
    assert ticket_of(database, in_time).status == "open"
    assert steps_of(database, ticket.id)[-3:] == ["resolved", "closed", "open"]


def test_machine_mail_changes_no_status(database: Database, shop: Shop, ticket: Ticket) -> None:
    to = reply_address(database, ticket, shop.ann)
    for one in (mail(to=[to], kind="auto_reply"), mail(to=[to], envelope_from="")):
        filed = receive(database, one)
        assert filed.ticket_id == ticket.id
        assert ticket_of(database, filed).status == "waiting"
        assert comments_of(database, ticket.id)[-1].kind == "auto_reply"
    assert ticket_of(database, filed).preview == "Try a new seal."


def test_the_language_a_customer_writes_is_remembered_and_never_changed_by_mail(
    database: Database, shop: Shop
) -> None:
    german = "Guten Tag, wo ist mein Paket? Ich habe es noch nicht. Danke und viele Grüße"
    english = "Hello, where is my parcel? I have waited for it. Thank you!"
    for text in ("Order 4711", german, english):
        receive(database, mail("clara@mail.example", text=text))
    receive(database, mail("agent@shop.example", text=german))
    with database.reading() as session:
        clara, agent = (
            person_at(session, address) for address in ("clara@mail.example", "agent@shop.example")
        )
        assert clara is not None
        assert agent is not None
        assert (clara.language, agent.language) == ("de", "")


def test_to_whom_a_mail_was_written_is_kept_without_the_token_of_a_reply_address(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    ours = reply_address(database, ticket, shop.ann)
    receive(database, mail(to=[ours, "Bob@mail.example"], cc=["list@mail.example"]))
    assert read_written_to(comments_of(database, ticket.id)[-1].written_to) == WrittenTo(
        (("", "support@shop.example"), ("", "bob@mail.example")), (("", "list@mail.example"),)
    )
