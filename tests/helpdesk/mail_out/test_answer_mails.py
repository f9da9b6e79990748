"""The mails of an answer: who is in copy, what they get, and what others learn of them."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.actions import edit_person
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_again import send_corrected
from helpdesk.actions.set_up import add_person
from helpdesk.actions.take_back import take_back
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Comment, OutboundMail, Person, Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.written_to import WrittenTo, read_written_to
from tests.helpdesk.mails import comments_of, mail, outbox, participants_of, receive, ticket_of
from tests.support.factories import NOW, Shop

CARRIER = "carrier@parcel.example"
BOSS = "boss@shop-owner.example"


def answer(database: Database, shop: Shop, ticket: Ticket, **changed: Any) -> Comment:
    with database.transaction() as session:
        given = Answer(**{"text": "It is on its way.", "cc": f'"Lee, Carl" <{CARRIER}>', **changed})
        return reply(session, shop.agent, ticket.id, given, now=NOW)


def sent(database: Database) -> dict[str, OutboundMail]:
    return {one.recipient: one for one in outbox(database, "comment_added_customer")}


def test_who_is_in_copy_gets_this_answer_and_is_on_the_ticket_no_more_than_before(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    comment = answer(database, shop, ticket, bcc=BOSS)
    mails = sent(database)
    assert list(mails) == [shop.ann.address, CARRIER, BOSS]
    assert set(participants_of(database, ticket.id)) == {shop.ann.id}
    for address in (CARRIER, BOSS):
        values = mails[address].values
        assert values["to"]["address"] == shop.ann.address
        assert values["in_copy"]
        assert "quoted" not in values
    assert all(one.values["cc"] == [{"name": "Lee, Carl", "address": CARRIER}] for one in
               mails.values())  # fmt: skip
    assert all(BOSS not in str(one.values) for one in mails.values())
    kept = read_written_to(comment.written_to)
    assert kept == WrittenTo((("", shop.ann.address),), (("Lee, Carl", CARRIER),), (("", BOSS),))
    with database.reading() as session:
        shown = conversation(session, ticket.id)[-1]
        public = conversation(session, ticket.id, public_only=True)[-1]
        assert (shown.written_to, public.written_to, public.copied) == (kept, None, ())
        found = ticket_list(session, shop.agent, TicketFilter(search=BOSS))
        assert [one.ticket.id for one in found.tickets] == [ticket.id]
    answer(database, shop, ticket, cc="")
    assert len(outbox(database, "comment_added_customer")) == 4, "of the one answer alone"


@pytest.mark.parametrize("verdict", ["pass", "unknown"])
@pytest.mark.parametrize("by", ["token", "message id"])
@pytest.mark.parametrize("field", ["cc", "bcc"])
def test_what_they_answer_only_staff_see(
    database: Database, shop: Shop, ticket: Ticket, field: str, by: str, verdict: str
) -> None:
    answer(database, shop, ticket, **{"cc": "", field: CARRIER})
    got = sent(database)[CARRIER]
    if by == "token":
        back = mail(CARRIER, "Re: yours", "Found it.", to=[got.reply_to], verdict=verdict)
    else:
        back = mail(
            CARRIER, "Re: yours", "Found it.", in_reply_to=(got.message_id,), verdict=verdict
        )
    filed = receive(database, back)
    assert filed.ticket_id == ticket.id
    came = comments_of(database, ticket.id)[-1]
    assert (came.reply_text, came.internal) == ("Found it.", True)


def test_a_corrected_copy_gives_no_more_right_than_the_copy_did(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    answer(database, shop, ticket)
    with database.transaction() as session:
        copy = session.get_one(OutboundMail, sent(database)[CARRIER].id)
        copy.state = "failed"
        text = copy.values["text"]
        made = send_corrected(
            session, shop.agent, copy.id, recipient="new@parcel.example", text=text, now=NOW
        )
        message_id = made.message_id
    back = mail("new@parcel.example", in_reply_to=(message_id,), verdict="pass")
    assert receive(database, back).ticket_id != ticket.id


def test_nobody_gets_an_answer_twice(database: Database, shop: Shop, ticket: Ticket) -> None:
    both = f"{shop.ann.address}; {CARRIER.upper()},{CARRIER}"
    answer(database, shop, ticket, cc=both, bcc=f"{CARRIER}\n{BOSS}")
    assert list(sent(database)) == [shop.ann.address, CARRIER, BOSS]


@pytest.mark.parametrize("field", ["cc", "bcc"])
@pytest.mark.parametrize(
    "typed",
    [
        "nobody",
        "support@shop.example",
        "support+tag@shop.example",
        "a@a <v@v>",
        "x@y.example\r\nBcc: z@y.example",
        ",".join(f"p{n}@mail.example" for n in range(21)),
    ],
)
def test_what_is_no_address_is_named_beside_its_field(
    database: Database, shop: Shop, ticket: Ticket, field: str, typed: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer(database, shop, ticket, **{"cc": "", field: typed})
    assert refused.value.field == field
    assert not sent(database)


@pytest.mark.parametrize("field", ["cc", "bcc"])
def test_nothing_goes_to_where_the_first_admin_is(
    database: Database, shop: Shop, ticket: Ticket, field: str
) -> None:
    with database.transaction() as session:
        add_person(session, shop.admin, "admin@localhost", role="admin", now=NOW)
        edit_person.add_address(session, shop.admin, shop.bob.id, "bob@here.localhost", now=NOW)
    for nowhere in ("admin@localhost", "Kim <kim@mail.localhost>", "bob@here.localhost"):
        with pytest.raises(InvalidInput, match="No mail can go to") as refused:
            answer(database, shop, ticket, **{field: nowhere})
        assert refused.value.field == field
    assert not sent(database)


def test_who_wrote_from_this_machine_is_not_mailed(database: Database, shop: Shop) -> None:
    filed = receive(database, mail("root@localhost", "Cron"))
    ticket = ticket_of(database, filed)
    assert ticket.not_acknowledged == "no_address"
    answer(database, shop, ticket, cc="")
    assert not sent(database)


def test_the_first_admin_is_mailed_at_their_own_address_once_they_add_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        first = add_person(session, shop.admin, "admin@localhost", role="admin", now=NOW)
        edit_person.add_address(session, shop.admin, first.id, "ada@shop-owner.example", now=NOW)
    answer(database, shop, ticket, cc="ada@shop-owner.example")
    assert list(sent(database)) == [shop.ann.address, "ada@shop-owner.example"]


def test_a_deactivated_person_is_not_written_to(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        session.get_one(Person, shop.bob.id).active = False
    with pytest.raises(InvalidInput, match="deactivated"):
        answer(database, shop, ticket, cc=shop.bob.address)


def test_staff_in_copy_are_told_to_others_by_their_first_name(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        admin = session.get_one(Person, shop.admin.person_id)
        admin.name, address = "Dr. Maria Berg", admin.address
    answer(database, shop, ticket, cc=address)
    assert sent(database)[shop.ann.address].values["cc"][0]["name"] == "Maria"


def test_an_answer_that_is_taken_back_brings_its_people_along(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    comment = answer(database, shop, ticket, bcc=BOSS, may_undo=True)
    with database.transaction() as session:
        taken = take_back(session, shop.agent, comment.id, now=NOW)
    assert (taken.cc, taken.bcc) == (CARRIER, BOSS)
    assert {one.state for one in sent(database).values()} == {"cancelled"}


def test_a_customer_names_nobody_in_copy(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        reply(session, actor_of(shop.ann), ticket.id, Answer("Me.", cc=CARRIER), now=NOW)
    assert not sent(database)
