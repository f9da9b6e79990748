"""What an answer changed, and what became of each of it."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.change_ticket import change_priority
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.tickets.changed_with import changed_with, status_chosen
from helpdesk.tickets.with_answer import WithAnswer
from tests.support.factories import NOW, Shop


def test_of_several_steps_the_first_and_the_last_count(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    changes = WithAnswer(str(shop.admin.person_id), "urgent")
    with database.transaction() as session:
        answer = Answer("Done.", status="resolved", may_undo=True, changes=changes)
        comment = reply(session, shop.agent, ticket.id, answer, now=NOW)
        change_priority(session, shop.agent, ticket.id, "low", now=NOW + timedelta(seconds=5))
    with database.transaction() as session:
        now_on = session.get_one(Ticket, ticket.id)
        found = changed_with(session, session.merge(comment), now_on)
        told = {name: (it.first.old_value, it.chosen, it.stands) for name, it in found.items()}
        assert told == {
            "status": ("open", "resolved", True),
            "assignee": ("", str(shop.admin.person_id), True),
            "priority": ("medium", "urgent", False),
        }
        assert status_chosen(session, session.merge(comment), now_on) == "resolved"
