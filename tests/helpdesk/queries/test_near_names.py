"""Names that are nearly what an operator of a search says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.queries.near_names import near_name
from helpdesk.vocabulary import MailboxRight
from tests.support.factories import NOW, Shop, make_person, make_ticket
from tests.support.plans import plans_of, reads_whole


@pytest.fixture
def named(database: Database, shop: Shop) -> Shop:
    """A shop with a tag, a team, a colleague, and another mailbox with a customer of its own."""
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, "It leaks")
        change_tags(session, shop.agent, ticket.id, add=["Refund", "late parcel"], now=NOW)
        add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        make_person(session, "maya@shop.example", "agent").name = "Maya Novak"
        make_person(session, "quirin@shop.example", "agent").name = ""
        other = add_mailbox(session, SYSTEM, "secret@wholesale.example", name="Wholesale", now=NOW)
        hidden = make_ticket(session, make_person(session, "grocer@hidden.example"), "Bulk")
        hidden.mailbox_id = other.id
    return shop


@pytest.mark.parametrize(
    ("operator", "value", "near"),
    [
        ("tag", "refnud", "Refund"),
        ("tag", "late parcle", "late parcel"),
        ("tag", "refun", "Refund"),
        ("team", "repiars", "Repairs"),
        ("assignee", "mya", "Maya"),
        ("assignee", "maya nowak", "Maya Novak"),
        ("assignee", "qurin", "quirin"),
        ("assignee", "maya@shop.exmaple", "maya@shop.example"),
        ("category", "refnud", "refund"),
        ("mailbox", "wholsale", "Wholesale"),
        ("from", "anne@mail.example", "ann@mail.example"),
        ("from", "mail.exmaple", "mail.example"),
        ("cc", "@hiden.example", "hidden.example"),
        ("tag", "REFUND", ""),
        ("team", "rep", ""),
        ("assignee", "maya", ""),
        ("assignee", "none", ""),
        ("assignee", "quirin", ""),
        ("assignee", "maya@shop", ""),
        ("mailbox", "secret@", ""),
        ("from", "mail.example", ""),
        ("from", "ann", ""),
        ("tag", "something else", ""),
        ("tag", "re", ""),
        ("order", "A-77", ""),
    ],
)
def test_the_nearest_name(
    database: Database, named: Shop, operator: str, value: str, near: str
) -> None:
    with database.reading() as session:
        assert near_name(session, named.admin, operator, value) == near


@pytest.mark.parametrize("kept_out", [False, True])
def test_an_index_is_asked_for_addresses(database: Database, named: Shop, kept_out: bool) -> None:
    with database.transaction() as session:
        for number in range(60):
            make_person(session, f"person{number}@mail{number}.example")
        session.execute(text("ANALYZE"))
    rights = ((named.mailbox.id, MailboxRight.ANSWER),) if kept_out else None
    with database.reading() as session, plans_of(database) as plans:
        if not database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        actor = replace(named.agent, rights=rights)
        assert near_name(session, actor, "from", "mail.exmaple") == "mail.example"
        assert near_name(session, actor, "from", "nobody@like.example") == ""
    for plan in plans:
        assert not reads_whole("person_address", plan), plan


@pytest.mark.parametrize(
    ("operator", "value"),
    [("mailbox", "wholsale"), ("from", "hiden.example"), ("cc", "grocre@hidden.example")],
)
def test_nobody_learns_of_a_mailbox_that_is_not_theirs(
    database: Database, named: Shop, operator: str, value: str
) -> None:
    kept_out = replace(named.agent, rights=((named.mailbox.id, MailboxRight.ANSWER),))
    with database.reading() as session:
        assert near_name(session, named.agent, operator, value)
        assert near_name(session, kept_out, operator, value) == ""
