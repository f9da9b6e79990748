"""An acknowledgement that a limit withheld is sent because a person says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.actions.acknowledge_now import acknowledge_now
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import VISITOR
from helpdesk.db import Database, connect
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Acknowledgement, Refusal, Ticket
from helpdesk.queries.history import history
from helpdesk.queries.metrics import metric_counts
from helpdesk.queries.ticket import ticket_page
from helpdesk.queries.withheld import withheld_lately
from helpdesk.tickets.access import actor_of
from tests.conftest import MakeSettings
from tests.helpdesk.mails import mail, outbox, receive
from tests.support.factories import NOW, Shop, make_shop

ACK = "ticket_created_customer"


@pytest.fixture
def tight(make_settings: MakeSettings, database_url: str) -> Iterator[Database]:
    """Two acknowledgements an hour to the unproven addresses of one domain."""
    database = connect(make_settings(DATABASE_URL=database_url, ACK_DOMAIN_HOUR="2"))
    yield database
    database.dispose()


@pytest.fixture
def tight_shop(tight: Database) -> Shop:
    return make_shop(tight)


def flood(database: Database, count: int) -> list[int]:
    return [
        receive(database, mail(f"c{number}@big.example", f"No {number}")).ticket_id or 0
        for number in range(count)
    ]


def test_what_a_domains_limit_withheld_is_counted_and_stands_on_each_ticket(
    tight: Database, tight_shop: Shop
) -> None:
    tickets = flood(tight, 9)
    assert len(outbox(tight, ACK)) == 2
    with tight.reading() as session:
        assert metric_counts(session, now=NOW).withheld == 7
        seen = withheld_lately(session, tight_shop.agent, NOW)
        assert (seen.today, len(seen.newest), seen.newest[0][1]) == (7, 5, "No 8")
        with pytest.raises(NotAllowed):
            withheld_lately(session, actor_of(tight_shop.ann), NOW)
        last = session.get_one(Ticket, tickets[-1])
        assert last.not_acknowledged == Refusal.RATE_LIMIT
        assert ticket_page(session, tight_shop.agent, last.number).ticket.is_withheld
        assert session.get_one(Ticket, tickets[0]).not_acknowledged is None


def test_staff_send_it_once_and_it_carries_no_words_of_the_unproven(
    tight: Database, tight_shop: Shop
) -> None:
    *_, ticket_id = flood(tight, 3)
    with tight.transaction() as session:
        with pytest.raises(NotFound):
            acknowledge_now(session, actor_of(tight_shop.ann), ticket_id, now=NOW)
        ticket = acknowledge_now(session, tight_shop.agent, ticket_id, now=NOW)
        assert ticket.not_acknowledged is None
        change = history(session, ticket_id)[-1]
        assert (change.field, change.new_value, change.reason) == (
            "acknowledgement", "sent", "by hand")  # fmt: skip
        assert session.query(Acknowledgement).count() == 3, "it counts for the limits"
        with pytest.raises(InvalidInput):
            acknowledge_now(session, tight_shop.agent, ticket_id, now=NOW)
        assert metric_counts(session, now=NOW).withheld == 0
    sent = outbox(tight, ACK)[-1]
    assert (sent.recipient, sent.values["verified"]) == ("c2@big.example", False)
    assert "No 2" not in sent.subject
    assert sent.in_reply_to


def test_it_is_offered_no_more_once_the_customer_was_answered(
    tight: Database, tight_shop: Shop
) -> None:
    *_, ticket_id = flood(tight, 3)
    with tight.transaction() as session:
        reply(session, tight_shop.agent, ticket_id, Answer("Hello."), now=NOW)
        number = session.get_one(Ticket, ticket_id).number
        assert not ticket_page(session, tight_shop.agent, number).ticket.is_withheld
        with pytest.raises(InvalidInput):
            acknowledge_now(session, tight_shop.agent, ticket_id, now=NOW)


def test_the_form_is_counted_too_and_a_proven_senders_words_stand_there(
    tight: Database, tight_shop: Shop
) -> None:
    flood(tight, 2)
    with tight.transaction() as session:
        draft = TicketDraft("A kettle", "It leaks.", customer="new@big.example")
        ticket = create_ticket(session, VISITOR, draft, now=NOW)
        assert ticket.not_acknowledged == Refusal.RATE_LIMIT
    for _ in range(3):
        receive(tight, mail("d@proven.example", "Mine", verdict="pass"))
    fourth = receive(
        tight,
        mail("d@proven.example", "Mine", verdict="pass", authentication={"verdict": "pass"}),
    )
    with tight.transaction() as session:
        acknowledge_now(session, tight_shop.agent, fourth.ticket_id or 0, now=NOW)
    sent = outbox(tight, ACK)[-1]
    assert sent.values["verified"] is True
    assert "Mine" in sent.subject
    machine = receive(tight, mail("news@mail.example", kind="list"))
    with tight.transaction() as session:
        assert session.get_one(Ticket, machine.ticket_id).not_acknowledged == Refusal.LIST
        with pytest.raises(InvalidInput):
            acknowledge_now(session, tight_shop.agent, machine.ticket_id or 0, now=NOW)
