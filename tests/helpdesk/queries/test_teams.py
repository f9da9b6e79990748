"""What pages read of teams."""

from __future__ import annotations

from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.set_away import set_away
from helpdesk.db import Database
from helpdesk.models import Person
from helpdesk.queries.teams import all_teams, team_rows
from tests.support.factories import NOW, make_person, make_shop, make_ticket


def test_teams_with_their_members_and_how_many_tickets(database: Database) -> None:
    shop = make_shop(database)
    agent_id = shop.agent.person_id or 0
    with database.transaction() as session:
        gone = make_person(session, "gone@shop.example", "agent")
        draft = TeamDraft("Repairs", [agent_id, gone.id], [shop.mailbox.id], hands_out=True)
        repairs = add_team(session, shop.admin, draft, now=NOW)
        add_team(session, shop.admin, TeamDraft("Billing"), now=NOW)
        session.get_one(Person, gone.id).active = False
        set_away(session, shop.agent, True, now=NOW)
        make_ticket(session, shop.ann)
        ticket = make_ticket(session, shop.ann)
        assign_team(session, shop.admin, ticket, "", now=NOW)
        billing, row = team_rows(session, shop.admin)
        assert (billing.name, billing.members, billing.tickets) == ("Billing", {}, 0)
        assert (row.id, row.hands_out, row.tickets) == (repairs.id, True, 1)
        assert row.members == {agent_id: "agent"}
        assert row.away_ids == {agent_id}
        assert [one.name for one in all_teams(session)] == ["Billing", "Repairs"]
