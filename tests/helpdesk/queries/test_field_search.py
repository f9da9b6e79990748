"""What a search asks of custom fields: how it is read, for whom, and how it is looked up."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import CustomValue, FieldKind
from helpdesk.queries import field_search
from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.field_search import FieldTerm, FieldTest
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.search_query import SearchQuery, Term, read_search_query
from helpdesk.tickets.custom_fields import ChoiceOfField, FieldView
from helpdesk.vocabulary import MailboxRight, Role
from tests.support.factories import NOW, Shop, make_ticket
from tests.support.plans import plans_of, reads_whole

KIND = FieldView(
    1, "kind", "Kind", FieldKind.CHOICE, None, (ChoiceOfField(1, "Gift", ("Present",)),)
)
AMOUNT = FieldView(2, "amount", "Amount", FieldKind.NUMBER)
OTHER = FieldView(3, "amount", "Amount", FieldKind.TEXT, 9)


def _asks(*tests: FieldTest) -> SearchQuery:
    return SearchQuery(fields=(FieldTerm(tests),))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("kind:present", _asks(FieldTest(1, (1,)))),
        ('kind:"gi"', _asks(FieldTest(1, (1,)))),
        ("amount:5", _asks(FieldTest(2, None, 50_000, 50_000), FieldTest(3, begins="5"))),
        ("amount:>5", _asks(FieldTest(2, None, 50_001), FieldTest(3, begins=">5"))),
        ("has:kind", _asks(FieldTest(1))),
        ("-has:kind", SearchQuery(without_fields=(FieldTerm((FieldTest(1),)),))),
        ("kind:mug", SearchQuery(not_known=("kind:mug",))),
        ("kind:", SearchQuery(not_known=("kind:",))),
        ("size:xl", SearchQuery((Term(("size", "xl"), False),))),
    ],
)
def test_a_field_is_asked(typed: str, query: SearchQuery) -> None:
    assert read_search_query(typed, (KIND, AMOUNT, OTHER)) == query


def test_a_key_of_another_mailbox_is_a_word_like_any(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
        add_custom_field(session, shop.admin, FieldDraft("Serial", mailbox_id=other.id), now=NOW)
        ticket = make_ticket(session, shop.ann)
        ticket.mailbox_id = other.id
        set_custom_fields(session, shop.agent, ticket, {"serial": "AB-12"}, now=NOW)
        draft = ViewDraft("Serials", "has:serial", shared=True)
        view = save_view(session, shop.agent, draft, now=NOW)
        rights = ((shop.mailbox.id, MailboxRight.ANSWER),)
        here = Actor(shop.agent.person_id, Role.AGENT, rights=rights)
        for actor, count, words in ((shop.agent, 1, ()), (here, 0, ("serial", "ab"))):
            wanted = QueueFilter(search="serial:ab", known=known_fields(session, actor))
            assert wanted.query.words == words
            assert len(queue_page(session, actor, "all", wanted).rows) == count
            assert len(queue_page(session, actor, f"v{view.id}").rows) == count
        with pytest.raises(InvalidInput, match="Not understood: has:serial"):
            save_view(session, here, draft, now=NOW)


def test_no_search_reads_all_values(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        for draft in (FieldDraft("Amount", kind="number"), FieldDraft("Serial")):
            add_custom_field(session, shop.admin, draft, now=NOW)
        amount, serial = known_fields(session, shop.agent)
        tickets = [make_ticket(session, shop.ann, f"Kettle {count}") for count in range(40)]
        rows = [
            {"ticket_id": one.id, "field_id": field.id, "text": "", "number": at, "folded": folded}
            for at, one in enumerate(tickets)
            for field, folded in ((amount, None), (serial, f"s{at:03}"))
        ]
        session.execute(insert(CustomValue), rows)
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("SET enable_seqscan = off")
    with database.reading() as session:
        known = known_fields(session, shop.agent)
        for search, found in (
            ("amount:0.0012", [12]),
            ("amount:<0.0003", [2, 1, 0]),
            ("serial:s00", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ):
            wanted = QueueFilter(search=search, known=known)
            with plans_of(database) as plans:
                page = queue_page(session, shop.agent, "all", wanted)
            assert [row.subject for row in page.rows] == [f"Kettle {at}" for at in found]
            assert not any(reads_whole("custom_value", plan) for plan in plans)
            assert any("ix_custom_value" in plan for plan in plans)
        # Of very many the tickets are asked in their own order, each by its key.
        monkeypatch.setattr(field_search, "MOST_SORTED", 5)
        with plans_of(database) as plans:
            page = queue_page(
                session, shop.agent, "all", QueueFilter(search="serial:s0", known=known)
            )
        assert len(page.rows) == 40
        assert not reads_whole("custom_value", plans[-1])
