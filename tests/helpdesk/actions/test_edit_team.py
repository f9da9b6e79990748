"""Teams: who may change them, what holds, and what becomes of a deleted one's tickets."""

from __future__ import annotations

import pytest

from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_team import TeamDraft, add_team, change_team, delete_team
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import CannedReply, Mailbox, Team
from helpdesk.queries.teams import all_teams, team_rows
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, make_shop, make_ticket


def test_an_admin_adds_changes_and_deletes_a_team(database: Database) -> None:
    shop = make_shop(database)
    agent_id, box_id = shop.agent.person_id or 0, shop.mailbox.id
    with database.transaction() as session:
        team = add_team(session, shop.admin, TeamDraft(" Repairs ", [agent_id], [box_id]), now=NOW)
        (row,) = team_rows(session, shop.admin)
        assert (row.name, list(row.members), list(row.mailboxes)) == (
            "Repairs",
            [agent_id],
            [box_id],
        )
        # A mailbox's new tickets are one team's: the last one that was given them.
        other = add_team(session, shop.admin, TeamDraft("Billing", [], [box_id], True), now=NOW)
        assert session.get_one(Mailbox, box_id).team_id == other.id
        change_team(session, shop.admin, other.id, TeamDraft("Money"), now=NOW)
        change_team(session, shop.admin, other.id, TeamDraft("Money"), now=NOW)  # so already
        assert session.get_one(Mailbox, box_id).team_id is None
        assert [one.name for one in all_teams(session)] == ["Money", "Repairs"]
        ticket = make_ticket(session, shop.ann)
        assign_team(session, shop.agent, ticket, team.id, now=NOW)
        draft = CannedReplyDraft("Sent", "It is on its way.", team_id=team.id)
        reply = add_canned_reply(session, shop.agent, draft, now=NOW)
        assert delete_team(session, shop.admin, team.id, now=NOW) == "Repairs"
        session.refresh(ticket)
        assert ticket.team_id is None
        assert session.get_one(CannedReply, reply.id).team_id is None
        assert [line[1] for line in logged(session) if line[0] in ("Repairs", "Billing")] == [
            "added",
            "added",
            "name",
            "new tickets of",
            "hands out",
            "deleted",
        ]


def test_what_does_not_hold(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        team = add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        for draft, field in (
            (TeamDraft(""), "name"),
            (TeamDraft("x" * 61), "name"),
            (TeamDraft("REPAIRS"), "name"),
            (TeamDraft("New", [shop.ann.id]), "members"),
            (TeamDraft("New", [99]), "members"),
            (TeamDraft("New", [], [99]), "mailboxes"),
        ):
            with pytest.raises(InvalidInput) as refused:
                add_team(session, shop.admin, draft, now=NOW)
            assert refused.value.field == field
        for action in (
            lambda: add_team(session, shop.agent, TeamDraft("New"), now=NOW),
            lambda: change_team(session, shop.agent, team.id, TeamDraft("New"), now=NOW),
            lambda: delete_team(session, shop.agent, team.id, now=NOW),
            lambda: team_rows(session, shop.agent),
        ):
            with pytest.raises(NotAllowed):
                action()
        with pytest.raises(NotFound):
            delete_team(session, shop.admin, 99, now=NOW)
        assert session.get_one(Team, team.id).name == "Repairs"
