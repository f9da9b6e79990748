"""People in copy: who is offered to staff, and who is ticked."""

from __future__ import annotations

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_in.copies import close_addresses
from helpdesk.public_providers import is_public
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.people import person_at
from helpdesk.tickets.queue_row import refresh_queue_row
from tests.helpdesk.mails import SUPPORT, mail, outbox, receive, ticket_of
from tests.support.factories import NOW, Shop, make_shop


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


@pytest.mark.parametrize(
    ("domain", "public"),
    [
        ("gmail.com", True),
        ("yahoo.de", True),
        ("yahoo.co.jp", True),
        ("live.com.au", True),
        ("hotmail.com", True),
        ("t-online.de", True),
        ("docomo.ne.jp", True),
        ("gmx.eu", True),
        ("consultant.com", True),
        ("mailinator.com", True),
        ("passmail.net", True),
        ("live.firm.example", False),
        ("yahoo.firm", False),
        ("outlook.firm.de", False),
        ("mail.example", False),
        ("", False),
    ],
)
def test_public_providers(domain: str, public: bool) -> None:
    assert is_public(domain) is public


def test_service_addresses_and_ourselves_are_never_offered(database: Database, shop: Shop) -> None:
    copied = [
        "no-reply@x.example",
        "list-bounces@x.example",
        "support+y@shop.example",
        "kim@x.example",
    ]
    filed = receive(database, mail(cc=copied, verdict="pass"))
    with database.reading() as session:
        page = ticket_page(session, shop.agent, filed.ticket_number)
        assert [one.address for one in page.pending] == ["kim@x.example"]


def test_five_strangers_are_offered_beside_those_who_are_close(
    database: Database, shop: Shop
) -> None:
    strangers = [f"n{number}@crowd.example" for number in range(9)]
    copied = [*strangers, "agent@shop.example", "joe@mail.example"]
    filed = receive(database, mail(to=[SUPPORT], cc=copied, verdict="pass"))
    with database.reading() as session:
        page = ticket_page(session, shop.agent, filed.ticket_number)
    assert [one.address for one in page.pending] == [*strangers[:5], *copied[-2:]]
    assert page.close == {"agent@shop.example", "joe@mail.example"}


def test_whom_staff_included_before_is_close_the_next_time(database: Database, shop: Shop) -> None:
    """A husband at another provider, say."""
    wife, husband = "ann@gmail.com", "ben@web.de"
    first = receive(database, mail(wife, cc=[husband], verdict="pass"))
    with database.transaction() as session:
        requester, ben = person_at(session, wife), person_at(session, husband)
        assert requester
        assert ben
        assert close_addresses(session, requester.id, [husband]) == set()
        answer = Answer("To both.", include=[ben.id])
        reply(session, shop.agent, first.ticket_id or 0, answer, now=NOW)
    sent = outbox(database, "comment_added_customer")
    assert {one.recipient for one in sent} == {wife, husband}
    receive(database, mail(wife, cc=[husband], verdict="pass"))
    with database.reading() as session:
        assert close_addresses(session, requester.id, [husband]) == {husband}
        assert close_addresses(session, shop.bob.id, [husband]) == set()


@pytest.mark.parametrize("verdict", ["pass", "none"])
def test_people_in_copy_are_shown_and_found_whatever_is_proven(
    database: Database, shop: Shop, verdict: str
) -> None:
    filed = receive(database, mail(cc=["kimberly@else.example"], verdict=verdict))
    for _ in range(2):
        with database.reading() as session:
            page = ticket_page(session, shop.agent, filed.ticket_number)
            assert page.comments[0].copied == (("", "kimberly@else.example"),)
            wanted = QueueFilter(search="kimberly@else.example")
            rows = queue_page(session, shop.agent, "all", wanted).rows
            assert [row.number for row in rows] == [filed.ticket_number]
            known = person_at(session, "kimberly@else.example")
            assert (known is not None) == (verdict == "pass")
        with database.transaction() as session:
            refresh_queue_row(session, session.merge(ticket_of(database, filed)))
