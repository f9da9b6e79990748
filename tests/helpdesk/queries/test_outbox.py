"""The outbox as staff see it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, inspect

from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.mail_out.templates import TO_STAFF
from helpdesk.models import MAILS_TO_STAFF, OutboundMail
from helpdesk.queries.outbox import (
    LOST_FOR,
    MOST_COUNTED,
    OutboxKind,
    outbox_mail,
    outbox_page,
    state_counts,
)
from helpdesk.tickets.access import actor_of
from tests.helpdesk.outbox_rows import SAM, add_ticket, put_mail
from tests.support.factories import NOW, Shop


def test_mails_by_state_mailbox_and_search(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        first = put_mail(session, NOW, ticket)
        second = put_mail(session, NOW, recipient="bob@mail.example")
        session.get_one(OutboundMail, second).state = "failed"
    expected = {
        (): [second, first],
        (("state", "failed"),): [second],
        (("mailbox_id", ticket.mailbox_id),): [first],
        (("search", "bob@"),): [second],
        (("search", ticket.number),): [first],
        (("before", second),): [first],
    }
    with database.reading() as session:
        for wanted, ids in expected.items():
            page = outbox_page(session, shop.agent, **dict(wanted))  # type: ignore[arg-type]
            assert [row.id for row in page.rows] == ids, wanted
        counts = state_counts(session, shop.agent)[OutboxKind.CUSTOMERS]
        assert (counts["queued"], counts["failed"], counts["sent"]) == (1, 1, 0)


def test_what_may_be_done_hangs_on_the_state(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        mail_id = put_mail(session, NOW, add_ticket(session, NOW))
    with database.reading() as session:
        row = outbox_mail(session, shop.agent, mail_id)
        assert (row.may_be_cancelled, row.may_be_sent_again, row.waits_to_leave) == (
            True, False, False,
        )  # fmt: skip
    with database.transaction() as session:
        session.get_one(OutboundMail, mail_id).state = "failed"
    with database.reading() as session:
        row = outbox_mail(session, shop.agent, mail_id)
        assert (row.may_be_cancelled, row.may_be_sent_again, row.may_be_corrected) == (
            False, True, True,
        )  # fmt: skip
        with pytest.raises(NotFound):
            outbox_mail(session, shop.agent, 10**30)
        with pytest.raises(NotAllowed):
            outbox_page(session, actor_of(shop.ann))


def test_pages_filters_and_counts(database: Database) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        for n in range(60):
            put_mail(session, NOW, ticket, recipient=f"one{n}@example.org")
        other = add_ticket(session, NOW)
        put_mail(session, NOW, other, recipient="jürgen_@bücher.example")
        number, mailbox_id = other.number, other.mailbox_id or 0
    with database.reading() as session:
        first = outbox_page(session, SAM, state="queued")
        rest = outbox_page(session, SAM, state="queued", before=first.next_before)
        assert (len(first.rows), len(rest.rows), rest.next_before) == (50, 11, 0)
        assert first.rows[0].recipient == "jürgen_@bücher.example"
        for found in (
            outbox_page(session, SAM, search=number.lower()),
            outbox_page(session, SAM, search="jürgen_@"),
            outbox_page(session, SAM, search="jürgen_@bücher.example"),
            outbox_page(session, SAM, mailbox_id=mailbox_id),
        ):
            assert [row.recipient for row in found.rows] == ["jürgen_@bücher.example"]
        assert outbox_page(session, SAM, search="one1@example.org").rows[0].ticket_number
        assert outbox_page(session, SAM, search="%").rows == ()
        counts = state_counts(session, SAM)[OutboxKind.CUSTOMERS]
        assert (counts["queued"], counts["sent"]) == (61, 0)


def test_customers_and_colleagues_apart_and_what_did_not_arrive_first(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        ours, lost, told = (put_mail(session, NOW, ticket) for _ in range(3))
        sent_again, long_ago = (put_mail(session, NOW, ticket) for _ in range(2))
        session.get_one(OutboundMail, told).template = "assigned_staff"
        for mail_id in (lost, sent_again, long_ago):
            session.get_one(OutboundMail, mail_id).state = "failed"
        session.get_one(OutboundMail, sent_again).replaced_by_id = ours
        session.get_one(OutboundMail, long_ago).created_at = NOW - LOST_FOR
    with database.reading() as session:
        page = outbox_page(session, shop.agent, kind=OutboxKind.CUSTOMERS, now=NOW)
        assert [row.id for row in page.lost] == [lost]
        assert [row.id for row in page.rows] == [long_ago, sent_again, ours]
        page = outbox_page(session, shop.agent, kind=OutboxKind.STAFF, now=NOW)
        assert ([row.id for row in page.lost], [row.id for row in page.rows]) == ([], [told])
        for narrowed in ({"state": "failed"}, {"search": "TKT"}, {"before": 10**6}):
            found = outbox_page(
                session, shop.agent, kind=OutboxKind.CUSTOMERS, now=NOW, **narrowed  # type: ignore[arg-type]
            )  # fmt: skip
            assert found.lost == ()
        counts = state_counts(session, shop.agent)
        assert counts[OutboxKind.CUSTOMERS] | {"queued": 1, "failed": 3} == counts["customers"]
        assert counts[OutboxKind.STAFF] | {"queued": 1, "failed": 0} == counts["staff"]


def test_counts_go_no_further_than_the_newest(database: Database) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        first = put_mail(session, NOW, ticket)
        values = {
            column.key: getattr(session.get_one(OutboundMail, first), column.key)
            for column in inspect(OutboundMail).column_attrs
            if column.key != "id"
        }
        rows = [
            {**values, "message_id": f"many{n}@shop.example", "template": ("x", "canary")[n % 2]}
            for n in range(MOST_COUNTED)
        ]
        session.execute(insert(OutboundMail), rows)
    with database.reading() as session:
        counts = state_counts(session, SAM)
    assert counts["customers"]["queued"] == counts["staff"]["queued"] == MOST_COUNTED
    assert counts["staff"]["sent"] == 0


def test_the_index_of_mails_to_staff_has_all_of_their_templates() -> None:
    assert set(re.findall(r"'(\w+)'", MAILS_TO_STAFF)) == TO_STAFF
