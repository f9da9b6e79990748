"""Mail that came in, listed and explained."""

from __future__ import annotations

import pytest

from helpdesk.actions.trust_sender import trust_sender
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import InboundMail
from helpdesk.queries.inbox import (
    mail_lines,
    mail_list,
    mail_page,
    parse_report,
    quarantined_html,
    trusted_senders,
    waiting_count,
)
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import mail, receive, recorded
from tests.support.factories import NOW, Shop


def test_mails_are_listed_searched_and_paged(database: Database, shop: Shop) -> None:
    for n in range(3):
        receive(database, mail(subject=f"Kettle {n}"))
    ids = [row.id for row in recorded(database)]
    with database.transaction() as session:
        session.get_one(InboundMail, ids[1]).state = "held"
    with database.reading() as session:
        page = mail_list(session, shop.agent, size=2)
        assert [row.id for row in page.rows] == [ids[2], ids[1]]
        rest = mail_list(session, shop.agent, before=page.next_before, size=2)
        assert [row.id for row in rest.rows] == [ids[0]]
        assert rest.next_before is None
        found = mail_list(session, shop.agent, search="kettle 1 ANN@")
        assert [row.id for row in found.rows] == [ids[1]]
        held = mail_list(session, shop.agent, state="held")
        assert [row.id for row in held.rows] == [ids[1]]
        assert waiting_count(session, shop.agent) == 0
        with pytest.raises(NotAllowed):
            mail_list(session, actor_of(shop.ann))


def test_a_mail_says_where_it_is(database: Database, shop: Shop) -> None:
    receive(database, mail(subject="Where is it?"))
    (filed,) = recorded(database)
    with database.reading() as session:
        page = mail_page(session, shop.agent, filed.id)
        assert (page.mail.state, page.ticket_subject) == ("filed", "Where is it?")
        assert f"on {page.mail.ticket_number}" in mail_lines(session, filed.id)[0]
        assert parse_report(session, shop.agent, filed.id) is None
        for read in (mail_lines, quarantined_html):
            with pytest.raises(NotFound):
                read(session, 10**30)


def test_trusted_senders_are_listed(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        trust_sender(session, shop.agent, "ann@mail.example", now=NOW)
    with database.reading() as session:
        (rule,) = trusted_senders(session, shop.agent)
    assert (rule.address, rule.added_at) == ("ann@mail.example", NOW)
