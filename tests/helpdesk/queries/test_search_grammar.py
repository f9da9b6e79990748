"""The search, word by word: what each kind of question finds, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.save_order import OrderDetails, save_order
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.side_conversation import SideMessage, start_side_conversation
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from tests.support.factories import NOW, Shop, make_person

KETTLE, MUG, INVOICE = "Kettle leaks", "Blue mug, red mug", "Invoice 77 is wrong"
ALL = [INVOICE, MUG, KETTLE]  # as they are listed: the newest first


@pytest.fixture
def three(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        lee = make_person(session, "ann.lee@firma.example")
        save_order(session, shop.admin, "A-77", OrderDetails("bob@mail.example"), now=NOW)
        card = StoredFile("warranty.pdf", "application/pdf", 3, "0" * 64)
        first = TicketDraft(KETTLE, "At the bottom, where the base is.", "product", files=[card])
        create_ticket(session, actor_of(shop.ann), first, now=NOW - timedelta(days=10))
        second = TicketDraft(MUG, "I ordered blue.", "delivery", "urgent", order_number="A-77")
        mug = create_ticket(session, actor_of(shop.bob), second, now=NOW - timedelta(days=5))
        third = TicketDraft(INVOICE, "See the kettle, please.", "payment")
        create_ticket(session, actor_of(lee), third, now=NOW).mailbox_id = None
        mug.assignee_id, mug.answered, mug.status = shop.agent.person_id, True, "waiting"
        add_person_to(session, shop.agent, mug.id, lee.id, now=NOW)
        _fill_in_fields(session, shop, mug.id)
        aside = SideMessage("Where is it?", to="info@carrier.example", subject="Parcel")
        start_side_conversation(session, shop.agent, mug.id, aside, now=NOW)


def _fill_in_fields(session: Session, shop: Shop, mug_id: int) -> None:
    kind = FieldDraft("Order kind", kind="choice", choices=("Gift", "For us", "For friends"))
    for draft in (kind, FieldDraft("Amount", kind="number"), FieldDraft("Due", kind="date")):
        add_custom_field(session, shop.admin, draft, now=NOW)
    serial = FieldDraft("Serial", mailbox_id=shop.mailbox.id)
    add_custom_field(session, shop.admin, serial, now=NOW)
    kettle = session.scalars(select(Ticket).where(Ticket.subject == KETTLE)).one()
    for ticket_id, typed in (
        (kettle.id, {"order-kind": "Gift", "amount": "-3", "due": "2026-12-01", "serial": "AB-12"}),
        (mug_id, {"order-kind": "For us", "amount": "49.90", "due": "2027-01-31"}),
    ):
        set_custom_fields(session, shop.agent, ticket_id, typed, now=NOW)


FINDS: list[tuple[str, list[str]]] = [
    ("kettle", [INVOICE, KETTLE]),
    ("KETTLES", []),
    ("kett", [INVOICE, KETTLE]),
    ("kettle invoice", [INVOICE]),
    ('"the base"', [KETTLE]),
    ('"base the"', []),
    ("warranty", [KETTLE]),
    ("-kettle", [MUG]),
    ("-kettle -mug", []),
    ("kettle -invoice", [KETTLE]),
    ('kettle -"the base"', [INVOICE]),
    ("mug OR base", [MUG, KETTLE]),
    ("mug OR base OR invoice", ALL),
    ("kettle base OR mug", [KETTLE]),
    ("mug OR base -blue", [KETTLE]),
    ("or", []),
    ("is:open", [INVOICE, KETTLE]),
    ("is:waiting", [MUG]),
    ("is:mine", [MUG]),
    ("is:unassigned", [INVOICE, KETTLE]),
    ("is:answered", [MUG]),
    ("is:unanswered", [INVOICE, KETTLE]),
    ("priority:urgent", [MUG]),
    ("category:payment", [INVOICE]),
    ("category:nothing", []),
    ("assignee:me", [MUG]),
    ("assignee:none kettle", [INVOICE, KETTLE]),
    ("from:ann@mail.example", [KETTLE]),
    ("from:ann", [INVOICE, KETTLE]),
    ("from:ann.lee", [INVOICE]),
    ("from:firma.example", [INVOICE]),
    ("from:@mail.example", [MUG, KETTLE]),
    ("from:mail.example -kettle", [MUG]),
    ("cc:ann.lee", [MUG]),
    ("cc:firma.example", [MUG]),
    ("cc:bob", []),
    ("has:attachment", [KETTLE]),
    ("has:order", [MUG]),
    ("has:side", [MUG]),
    ("has:side kettle", []),
    ("carrier", [MUG]),
    ("order:A-77", [MUG]),
    ("order:a-77", [MUG]),
    ("order:A-7", []),
    ("order-kind:gift", [KETTLE]),
    ('order-kind:"for us"', [MUG]),
    ("order-kind:for", [MUG]),
    ("order-kind:mug", ALL),
    ("-order-kind:gift", [INVOICE, MUG]),
    ("has:order-kind", [MUG, KETTLE]),
    ("-has:order-kind kettle", [INVOICE]),
    ("amount:49.9", [MUG]),
    ("amount:>0", [MUG]),
    ("amount:<49.90", [KETTLE]),
    ("amount:>=49.90", [MUG]),
    ("amount:<=-3", [KETTLE]),
    ("amount:-10..10", [KETTLE]),
    ("amount:0..49", []),
    ("amount:many", ALL),
    ("due:2026-12-01", [KETTLE]),
    ("due:<2027-01-31", [KETTLE]),
    ("due:>2026-12-01 leaks", []),
    ("due:2026-12-01..2027-12-31", [MUG, KETTLE]),
    ("serial:ab-12", [KETTLE]),
    ("serial:AB", [KETTLE]),
    ("serial:12", []),
    ("has:serial amount:>0", []),
    ("kettle has:serial", [KETTLE]),
    ("subject:invoice", [INVOICE]),
    ("subject:kettle", [KETTLE]),
    ('subject:"red mug"', [MUG]),
    ("mailbox:support@", [MUG, KETTLE]),
    ("mailbox:shop", [MUG, KETTLE]),
    ("after:2026-11-14", [INVOICE, MUG]),
    ("before:2026-11-14", [KETTLE]),
    ("after:2026-11-14 before:2026-11-20", [MUG]),
    ("20261118001", [MUG]),
    ("tkt20261118", [MUG]),
    ("TKT20261123001", [INVOICE]),
    ("kettle is:nonsense", [INVOICE, KETTLE]),
    ("'; DROP TABLE ticket --", []),
    ('"', ALL),
    ("(kettle)", [INVOICE, KETTLE]),
    ("kettle* AND NOT mug", []),
    ('-"red mug', [INVOICE, KETTLE]),
    ('subject:"red mug', [MUG]),
    ('Serial:"ab', [KETTLE]),
    ("“the base” Has:Serial", [KETTLE]),
    ("From:ann", [INVOICE, KETTLE]),
    ("priority:urgent priority:high", []),
    ("is:answered is:unanswered", []),
    ("from:ann from:firma.example", [INVOICE]),
    ("assignee:me assignee:none", []),
    ("after:2026-11-14 after:2026-11-01", [INVOICE, MUG]),
    ("in:spam in:trash", []),
    ("priority:urgent OR category:payment", [INVOICE, MUG]),
    ("priority:urgent OR category:payment -invoice", [MUG]),
    ("category:payment OR -order-kind:gift OR cc:bob", [INVOICE, MUG]),
    ("subject:invoice OR order:A-77 OR serial:ab", ALL),
    ("from:firma.example OR has:attachment kettle", [INVOICE, KETTLE]),
    ("is:mine OR has:attachment", [MUG, KETTLE]),
    ("is:snoozed OR mailbox:support@", [MUG, KETTLE]),
    ("kettle OR is:waiting", []),
    ("-is:open", [MUG]),
    ("-is:waiting kettle", [INVOICE, KETTLE]),
    ("-is:mine", [INVOICE, KETTLE]),
    ("-is:unassigned", [MUG]),
    ("-is:answered -is:snoozed", [INVOICE, KETTLE]),
    ("-from:ann", [MUG]),
    ("-cc:ann.lee", [INVOICE, KETTLE]),
    ("-has:attachment", [INVOICE, MUG]),
    ("-has:order -has:side", [INVOICE, KETTLE]),
    ("-assignee:me", [INVOICE, KETTLE]),
    ("-mailbox:support@", [INVOICE]),
    ("-team:none", []),
    ("-team:repairs", ALL),
    ("-order:A-77", [INVOICE, KETTLE]),
    ("-subject:kettle kettle", [INVOICE]),
    ("-after:2026-11-14", [KETTLE]),
    ("-before:2026-11-14", [INVOICE, MUG]),
    ("-language:de -category:payment", [MUG, KETTLE]),
    ("x" * 400, []),
]


@pytest.mark.usefixtures("three")
def test_each_search_finds_what_it_asks_for(database: Database, shop: Shop) -> None:
    wrong = []
    with database.reading() as session:
        known = known_fields(session, shop.agent)
        for typed, expected in FINDS:
            wanted = QueueFilter(search=typed, known=known)
            found = [row.subject for row in queue_page(session, shop.agent, "all", wanted).rows]
            same = found == expected if wanted.query.has_words else set(found) == set(expected)
            if not same:
                wrong.append((typed, found))
    assert not wrong


def test_what_is_put_away_is_found_in_its_own_view_alone(
    database: Database, shop: Shop, three: None
) -> None:
    with database.transaction() as session:
        for ticket in session.query(Ticket).filter(Ticket.subject == KETTLE):
            ticket.folder, ticket.put_away_at = "spam", datetime(2026, 11, 20, tzinfo=UTC)
    with database.reading() as session:
        for view, subjects in (("all", [INVOICE]), ("spam", [KETTLE]), ("trash", [])):
            page = queue_page(session, shop.agent, view, QueueFilter(search="kettle"))
            assert [row.subject for row in page.rows] == subjects
