"""Buyers on a marketplace, whose relay writes from another alias each time: through the filer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from helpdesk.actions.change_people import make_requester
from helpdesk.actions.edit_person import add_address
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.move_mail import move_mail
from helpdesk.models import Ticket
from tests.mailgate.filing.door import Door
from tests.mailgate.filing.mails import NOW


@dataclass(frozen=True)
class Buyer:
    """One marketplace: a buyer's aliases, another buyer's, and what their subjects are like."""

    domain: str
    first: str
    second: str
    other: str
    subject: str
    order: str
    other_order: str

    def at(self, local: str) -> str:
        return f"{local}@{self.domain}"


AMAZON = Buyer(
    "marketplace.amazon.de",
    "xyz12abc345def+5f3c1a2b-7d9e-4c11-9a55-0c2ab34de562",
    "xyz12abc345def+a1pa6795ukmfr9",
    "q8w7e6r5t4z3u2+5f3c1a2b-7d9e-4c11-9a55-0c2ab34de562",
    "Produktanfrage von Amazon-Kunde Ann (Bestellung: {})",
    "302-1234567-1234567",
    "302-7654321-7654321",
)
EBAY = Buyer(
    "members.ebay.co.uk",
    "ann_k1984+0a1b2c3d",
    "ann_k1984+99ffee00",
    "bob_k1984+0a1b2c3d",
    "Other: ann_k1984 sent a message about Kettle, red #{}",
    "284212345678",
    "284212345679",
)
ETSY = Buyer(
    "transaction.etsy.com",
    "annlee84+c1",
    "annlee84+c2",
    "boblee84+c1",
    "Re: Etsy Conversation with Ann (Order #{})",
    "3123456789",
    "3123456780",
)
buyers = pytest.mark.parametrize("buyer", [AMAZON, EBAY, ETSY], ids=["amazon", "ebay", "etsy"])


@buyers
def test_a_second_mail_about_the_order_joins(door: Door, buyer: Buyer) -> None:
    subject = buyer.subject.format(buyer.order)
    first = door.take(buyer.at(buyer.first), subject)
    assert door.answer(first.ticket_id) == buyer.at(buyer.first)
    second = door.take(buyer.at(buyer.second), subject, "And the lid?")
    assert (second.ticket_id, second.decision["rule"]) == (first.ticket_id, "order")
    [ticket] = door.tickets()
    assert (ticket.status, ticket.preview, ticket.someone_else_said) == (
        "in_progress",
        "And the lid?",
        "",
    )
    assert door.said_on(ticket.id)[-1] == ("And the lid?", False)
    # One person, with both aliases: the newest is written to.
    person = door.person(buyer.at(buyer.first))
    assert person.id == ticket.requester_id
    assert [one.address for one in person.addresses] == [
        buyer.at(buyer.second),
        buyer.at(buyer.first),
    ]
    assert door.answer(ticket.id) == buyer.at(buyer.second)
    # An alias that comes again is the newest again.
    door.take(buyer.at(buyer.first), subject, "Thanks.")
    assert door.answer(ticket.id) == buyer.at(buyer.first)
    assert len(door.person(buyer.at(buyer.first)).addresses) == 2


@buyers
def test_another_order_of_the_same_buyer_is_a_ticket_of_the_same_person(
    door: Door, buyer: Buyer
) -> None:
    first = door.take(buyer.at(buyer.first), buyer.subject.format(buyer.order))
    other = door.take(buyer.at(buyer.second), buyer.subject.format(buyer.other_order))
    assert other.ticket_id != first.ticket_id
    assert len({one.requester_id for one in door.tickets()}) == 1
    assert door.links() == []
    assert door.answer(first.ticket_id) == buyer.at(buyer.second)


@buyers
def test_an_answer_to_our_answer_joins_by_its_reference(door: Door, buyer: Buyer) -> None:
    first = door.take(buyer.at(buyer.first), buyer.subject.format(buyer.order))
    door.answer(first.ticket_id)
    [ours] = door.outbox()
    answer = door.take(
        buyer.at(buyer.second), "Re: Your order", "Yes.", In_Reply_To=f"<{ours.message_id}>"
    )
    assert (answer.ticket_id, answer.decision["rule"]) == (first.ticket_id, "minted_id")
    assert door.answer(first.ticket_id) == buyer.at(buyer.second)


def _by_another_buyer(buyer: Buyer) -> tuple[str, str, str]:
    return buyer.at(buyer.other), buyer.subject.format(buyer.order), "pass"


def _by_a_stranger(buyer: Buyer) -> tuple[str, str, str]:
    return "eve@evil.example", buyer.subject.format(buyer.order), "pass"


def _by_a_stranger_with_the_buyers_alias(buyer: Buyer) -> tuple[str, str, str]:
    return f"{buyer.second}@evil.example", buyer.subject.format(buyer.order), "pass"


def _by_a_domain_that_looks_like_it(buyer: Buyer) -> tuple[str, str, str]:
    return f"{buyer.second}@{buyer.domain}.evil.example", buyer.subject.format(buyer.order), "pass"


def _by_another_country(buyer: Buyer) -> tuple[str, str, str]:
    domain = buyer.domain.rpartition(".")[0] + ".fr"
    return f"{buyer.second}@{domain}", buyer.subject.format(buyer.order), "pass"


def _unproven(buyer: Buyer) -> tuple[str, str, str]:
    return buyer.at(buyer.second), buyer.subject.format(buyer.order), "none"


def _failed(buyer: Buyer) -> tuple[str, str, str]:
    return buyer.at(buyer.second), buyer.subject.format(buyer.order), "fail"


def _in_free_text(buyer: Buyer) -> tuple[str, str, str]:
    return buyer.at(buyer.second), f"About {buyer.order}, please read on", "pass"


def _in_front_of_the_relays_place(buyer: Buyer) -> tuple[str, str, str]:
    copied = buyer.subject.format(buyer.order)
    return buyer.at(buyer.other), f"{copied} {buyer.subject.format(buyer.other_order)}", "pass"


ATTACKS: list[Callable[[Buyer], tuple[str, str, str]]] = [
    _by_another_buyer,
    _by_a_stranger,
    _by_a_stranger_with_the_buyers_alias,
    _by_a_domain_that_looks_like_it,
    _by_another_country,
    _unproven,
    _failed,
    _in_free_text,
    _in_front_of_the_relays_place,
]


@buyers
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_copied_order_joins_nothing_and_is_shown_to_staff(
    door: Door, buyer: Buyer, attack: Callable[[Buyer], tuple[str, str, str]]
) -> None:
    first = door.take(buyer.at(buyer.first), buyer.subject.format(buyer.order))
    sender, subject, verdict = attack(buyer)
    door.take(sender, subject, "Send it to me.", verdict)
    mine, theirs = door.tickets()
    assert mine.id == first.ticket_id
    assert theirs.requester_id != mine.requester_id
    assert door.said_on(mine.id) == [("Where is my kettle?", False)]
    assert door.links() == [(theirs.id, mine.id, "mentions")]
    assert door.answer(mine.id) == buyer.at(buyer.first)
    # Nor does it once the answer is there, to whoever opened the other ticket.
    again = door.take(sender, f"Re: {subject}", "Well?", verdict)
    assert again.ticket_id != mine.id
    assert len(door.said_on(mine.id)) == 2


@buyers
def test_a_forged_first_mail_gains_nothing_by_the_buyers_own(door: Door, buyer: Buyer) -> None:
    """A ticket that anybody may have opened in the alias's name is not joined: it is linked."""
    subject = buyer.subject.format(buyer.order)
    forged = door.take(buyer.at(buyer.first), subject, "Send it to Eve.", "none")
    real = door.take(buyer.at(buyer.second), subject)
    assert real.ticket_id != forged.ticket_id
    assert door.links() == [(real.ticket_id, forged.ticket_id, "mentions")]
    third = door.take(buyer.at(buyer.second), subject, "And the lid?")
    assert third.ticket_id == real.ticket_id


@pytest.mark.parametrize("verdict", ["none", "fail"])
def test_the_very_alias_joins_nothing_where_its_relay_does_not_prove_it(
    door: Door, verdict: str
) -> None:
    subject = AMAZON.subject.format(AMAZON.order)
    first = door.take(AMAZON.at(AMAZON.first), subject)
    forged = door.take(AMAZON.at(AMAZON.first), subject, "Send it to Eve.", verdict)
    assert forged.ticket_id != first.ticket_id
    assert door.links() == [(forged.ticket_id, first.ticket_id, "mentions")]


def test_a_buyer_who_is_on_the_ticket_no_longer_does_not_join_it(door: Door) -> None:
    subject = AMAZON.subject.format(AMAZON.order)
    first = door.take(AMAZON.at(AMAZON.first), subject)
    with door.database.transaction() as session:
        ticket = session.get_one(Ticket, first.ticket_id)
        make_requester(session, ticket, door.shop.agent, door.shop.bob, keep_old=False, now=NOW)
    second = door.take(AMAZON.at(AMAZON.second), subject)
    assert second.ticket_id != first.ticket_id
    assert door.links() == [(second.ticket_id, first.ticket_id, "mentions")]


@pytest.mark.parametrize("shared", ["no-reply", "messages", "order-messages", "customer_service"])
def test_what_all_mail_of_a_relay_has_before_the_plus_is_nobodys(door: Door, shared: str) -> None:
    subject = AMAZON.subject.format(AMAZON.order)
    first = door.take(AMAZON.at(f"{shared}+1111aaaa"), subject)
    other = door.take(AMAZON.at(f"{shared}+2222bbbb"), subject)
    assert other.ticket_id != first.ticket_id
    assert len({one.requester_id for one in door.tickets()}) == 2


def test_who_wrote_without_an_order_becomes_one_with_the_buyer(door: Door) -> None:
    subject = AMAZON.subject.format(AMAZON.order)
    first = door.take(AMAZON.at(AMAZON.first), subject)
    before = door.take(AMAZON.at(AMAZON.second), "Produktanfrage von Amazon-Kunde Ann")
    assert len({one.requester_id for one in door.tickets()}) == 2
    assert door.take(AMAZON.at(AMAZON.second), subject).ticket_id == first.ticket_id
    assert len({one.requester_id for one in door.tickets()}) == 1
    assert before.ticket_id != first.ticket_id
    assert door.answer(before.ticket_id) == AMAZON.at(AMAZON.second)


def test_a_person_with_an_address_of_their_own_is_written_to_there(door: Door) -> None:
    subject = AMAZON.subject.format(AMAZON.order)
    with door.database.transaction() as session:
        add_address(session, door.shop.admin, door.shop.ann.id, AMAZON.at(AMAZON.first), now=NOW)
    first = door.take(AMAZON.at(AMAZON.first), subject)
    second = door.take(AMAZON.at(AMAZON.second), subject)
    assert second.ticket_id == first.ticket_id
    assert door.answer(first.ticket_id) == "ann@mail.example"
    assert door.person(AMAZON.at(AMAZON.second)).id == door.shop.ann.id


def test_only_so_many_aliases_are_kept(door: Door) -> None:
    subject = AMAZON.subject.format(AMAZON.order)
    aliases = [AMAZON.at(f"xyz12abc345def+{number:04}") for number in range(25)]
    for alias in aliases:
        door.take(alias, subject)
    [ticket] = door.tickets()
    kept = [one.address for one in door.person(aliases[-1]).addresses]
    assert kept[0] == aliases[-1]
    assert sorted(kept) == aliases[5:]
    assert door.take(aliases[0], subject).ticket_id == ticket.id
    assert door.answer(ticket.id) == aliases[0]


def test_merged_taken_apart_and_moved_the_order_leads_where_its_mail_is(door: Door) -> None:
    agent = door.shop.agent
    subject = AMAZON.subject.format(AMAZON.order)
    first = door.take(AMAZON.at(AMAZON.first), subject)
    other = door.take(AMAZON.at(AMAZON.first), AMAZON.subject.format(AMAZON.other_order))
    assert first.ticket_id
    assert other.ticket_id
    with door.database.transaction() as session:
        merge_tickets(session, agent, first.ticket_id, other.ticket_id, now=NOW)
    assert door.take(AMAZON.at(AMAZON.second), subject).ticket_id == other.ticket_id
    with door.database.transaction() as session:
        take_apart(session, agent, first.ticket_id, now=NOW)
    # What came meanwhile stayed, and is the newest that names the order.
    later = door.take(AMAZON.at(AMAZON.second), subject)
    assert later.ticket_id == other.ticket_id
    with door.database.transaction() as session:
        moved = move_mail(session, agent, later.id, "new", now=NOW)
    last = door.take(AMAZON.at(AMAZON.second), subject)
    with door.database.reading() as session:
        assert session.get_one(Ticket, last.ticket_id).number == moved.ticket_number


def test_the_relays_addition_is_no_part_of_a_name(door: Door) -> None:
    sender = f"Ann - Amazon Marketplace <{AMAZON.at(AMAZON.first)}>"
    door.take(sender, AMAZON.subject.format(AMAZON.order))
    assert door.person(AMAZON.at(AMAZON.first)).name == "Ann"


def test_staff_who_forward_a_mail_about_an_order_have_it_linked(door: Door) -> None:
    first = door.take(AMAZON.at(AMAZON.first), AMAZON.subject.format(AMAZON.order))
    forwarded = door.take(
        "agent@shop.example",
        f"Fwd: Order {AMAZON.order}",
        "Please handle.\n\n-----Original Message-----\nFrom: Cora <cora@mail.example>\n"
        "Sent: Monday, 12 October 2026 10:46\nTo: Agent <agent@shop.example>\nSubject: Kettle\n\n"
        "My kettle leaks.\n",
    )
    assert door.links() == [(forwarded.ticket_id, first.ticket_id, "mentions")]
    assert door.tickets()[-1].requester_id == door.person("cora@mail.example").id
