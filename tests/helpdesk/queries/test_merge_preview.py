"""What a merge would bring, told before it is done."""

from __future__ import annotations

import pytest

from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Person, Ticket
from helpdesk.queries.merge_preview import merge_preview
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, make_shop, make_ticket


def test_it_names_the_other_ticket_and_who_would_read_one_another(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        anns, again = (make_ticket(session, shop.ann, one) for one in ("Kettle", "Again"))
        bobs, last = (make_ticket(session, shop.bob, one) for one in ("Lid", "Base"))
        shown = merge_preview(session, shop.agent, anns.number, [again.id, anns.id])
        assert (shown.number, shown.subject, shown.messages) == (anns.number, "Kettle", 1)
        assert (shown.coming, shown.coming_messages, shown.others) == (1, 1, ())
        shown = merge_preview(session, shop.agent, anns.number, [again.id, bobs.id])
        assert (shown.coming, shown.coming_messages) == (2, 2)
        assert [one.name for one in shown.others] == [shop.bob.shown_name]
        merge_tickets(session, shop.agent, bobs.id, last.id, now=NOW)
        assert merge_preview(session, shop.agent, bobs.number, [anns.id]).number == last.number
        with pytest.raises(NotFound):
            merge_preview(session, shop.agent, "TKT1", [anns.id])
        with pytest.raises(NotAllowed):
            merge_preview(session, actor_of(shop.ann), anns.number, [again.id])


def test_nothing_is_told_of_a_mailbox_that_one_has_not(database: Database) -> None:
    shop = make_shop(database)
    agent_id = shop.agent.person_id or 0
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "other@shop.example", name="Other", now=NOW)
        near, far, end = (make_ticket(session, shop.ann) for _ in range(3))
        bobs = make_ticket(session, shop.bob)
        merge_tickets(session, shop.agent, far.id, end.id, now=NOW)
        for one in (end, bobs):
            session.get_one(Ticket, one.id).mailbox_id = other.id
        set_mailbox_rights(session, shop.admin, agent_id, {shop.mailbox.id: "answer"}, now=NOW)
        agent = actor_of(session.get_one(Person, agent_id))
        shown = merge_preview(session, agent, far.number, [near.id, bobs.id])
        assert (shown.number, shown.coming, shown.others) == (far.number, 1, ())
        with pytest.raises(NotFound):
            merge_preview(session, agent, end.number, [near.id])
