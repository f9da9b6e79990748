"""The requester's other tickets: the open ones before the past ones, and only what one may see."""

from __future__ import annotations

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import Person
from helpdesk.queries.other_tickets import MOST, others_of
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop, make_ticket


def test_open_ones_come_first_and_the_rest_is_past(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        made = [make_ticket(session, shop.ann, f"No {place}") for place in range(14)]
        make_ticket(session, shop.bob, "Another person's")
        for ticket in made[3:]:
            change_status(session, shop.agent, ticket.id, "resolved", now=NOW)
        change_folder(session, shop.agent, made[2].id, "trash", now=NOW)
        other = add_mailbox(session, SYSTEM, "okapi@shop.example", now=NOW)
        move_ticket(session, shop.admin, made[0].id, other.id, now=NOW)
        session.flush()
        on = (made[4].id, shop.ann.id)
        found = others_of(session, shop.admin, *on)
        assert len(found) == MOST
        assert [(one.subject, one.is_open) for one in found[:4]] == [
            ("No 1", True),
            ("No 0", True),
            ("No 13", False),
            ("No 12", False),
        ]
        assert "No 4" not in [one.subject for one in found]
        agent_id = shop.agent.person_id or 0
        set_mailbox_rights(session, shop.admin, agent_id, {shop.mailbox.id: "see"}, now=NOW)
        agent = actor_of(session.get_one(Person, agent_id))
        assert [one.subject for one in others_of(session, agent, *on)][:2] == ["No 1", "No 13"]
