"""The outbox as staff see it."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import OutboundMail
from helpdesk.queries.outbox import outbox_mail, outbox_page, state_counts
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
        counts = state_counts(session, shop.agent)
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
        counts = state_counts(session, SAM)
        assert (counts["queued"], counts["sent"]) == (61, 0)
