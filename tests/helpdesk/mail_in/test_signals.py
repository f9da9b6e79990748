"""Everything in a mail that names a ticket: looked up, and not yet weighed."""

from __future__ import annotations

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.signals import MOST_IDS, find_signals, named_ids
from helpdesk.models import Ticket
from tests.helpdesk.mails import mail, outbox, receive, reply_address, ticket_of
from tests.support.factories import NOW, Shop


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, with an answer from staff."""
    filed = receive(database, mail(message_id="hers@mail.example"))
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Try a new seal."), now=NOW)
    return ticket_of(database, filed)


def found(database: Database, one: Incoming, sender_id: int | None) -> list[tuple[str, int]]:
    with database.reading() as session:
        signals = find_signals(session, one, sender_id)
    return [(signal.kind.value, signal.ticket.id) for signal in signals]


def test_all_signals_are_found_the_strongest_first(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    sent = outbox(database, "comment_added_customer")[0].message_id
    one = mail(
        subject=f"Re: [{ticket.number.lower()}]",
        to=[reply_address(database, ticket, shop.ann)],
        in_reply_to=(sent,),
        references=("hers@mail.example",),
    )
    kinds = ["token", "minted_id", "message_id", "number"]
    assert found(database, one, shop.ann.id) == [(kind, ticket.id) for kind in kinds]
    assert found(database, one, shop.bob.id)[1][0] == "message_id", "it was made for Ann alone"


@pytest.mark.parametrize(
    "field", ["delivered-to", "x-original-to", "x-forwarded-to", "x-forwarded-for", "resent-to"]
)
def test_a_token_counts_where_a_forwarder_wrote_it(
    database: Database, shop: Shop, ticket: Ticket, field: str
) -> None:
    address = reply_address(database, ticket, shop.ann)
    way = ("in.shop.example", f"<in@in.shop.example>, {address} in@in.shop.example")
    one = mail(rcpt=["in@in.shop.example"], headers=tuple((field, value) for value in way))
    assert found(database, one, shop.ann.id) == [("token", ticket.id)]
    other = mail(headers=(("x-other", address),))
    assert found(database, other, shop.ann.id) == []


def test_a_token_counts_behind_the_mark_of_a_server(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    address = reply_address(database, ticket, shop.ann)
    one = mail(to=[], rcpt=[f"prvs=0123abcdef={address}"])
    assert found(database, one, shop.ann.id) == [("token", ticket.id)]


def test_a_token_is_recorded_by_its_beginning(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    address = reply_address(database, ticket, shop.ann)
    with database.reading() as session:
        [signal] = find_signals(session, mail(rcpt=[address]), None)
    assert signal.value.endswith("…")
    assert address.partition("+")[2].partition("@")[0] not in signal.value


def test_what_names_nothing_of_ours_is_no_signal(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    revoked = reply_address(database, ticket, shop.ann)
    with database.transaction() as session:
        session.get_one(Ticket, ticket.id).link_generation += 1
    for one in (
        mail(),
        mail(subject="TKT20260101001 xTKT20261123001x"),
        mail(rcpt=["support+junk@shop.example", revoked]),
        mail(references=("x@y", "")),
    ):
        assert found(database, one, shop.ann.id) == []


def test_the_nearest_message_comes_first_and_the_root_is_kept() -> None:
    assert named_ids(mail(in_reply_to=("c",), references=("a", "b", "c"))) == ["c", "b", "a"]
    long = named_ids(mail(references=tuple(str(n) for n in range(2000))))
    assert (len(long), long[0], long[-1]) == (MOST_IDS, "1999", "0")
