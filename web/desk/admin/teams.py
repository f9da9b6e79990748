"""Teams, for admins: who is in them, whose new tickets they get, and whether they hand out."""

from __future__ import annotations

from functools import partial

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.edit_team import TeamDraft, add_team, change_team, delete_team
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.queries.mailboxes import mailboxes
from helpdesk.queries.people import staff
from helpdesk.queries.teams import team_rows
from helpdesk.tickets.access import id_written
from helpdesk.tickets.seen_form import seen_of
from helpdesk.tickets.teams import LONGEST
from web.desk.admin.saving import saved
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session


@blueprint.get("/admin/teams")
@admin_only
def team_list() -> Response:
    """All teams."""
    return _page()


@blueprint.post("/admin/teams")
@admin_only
def add_one_team() -> Response:
    """Add a team."""

    def add(session: Session) -> str:
        return f"“{add_team(session, signed_in().actor, _draft(), now=now()).name}” added."

    return saved(add, "desk.team_list", partial(_page, wrong_id=0))


@blueprint.post("/admin/teams/<int:team_id>")
@admin_only
def change_one_team(team_id: int) -> Response:
    """Change a team."""

    def change(session: Session) -> str:
        seen = request.form.get("seen")
        change_team(session, signed_in().actor, team_id, _draft(), seen=seen, now=now())
        return "Saved."

    return saved(change, "desk.team_list", partial(_page, wrong_id=team_id))


@blueprint.post("/admin/teams/<int:team_id>/delete")
@admin_only
def delete_one_team(team_id: int) -> Response:
    """Delete a team."""

    def drop(session: Session) -> str:
        return f"“{delete_team(session, signed_in().actor, team_id, now=now())}” is deleted."

    return saved(drop, "desk.team_list", partial(_page, wrong_id=team_id))


def _draft() -> TeamDraft:
    form = request.form
    return TeamDraft(
        form.get("name", ""),
        [id_written(one) for one in form.getlist("member")],
        [id_written(one) for one in form.getlist("mailbox")],
        hands_out="hands_out" in form,
    )


def _page(
    status: int = 200,
    *,
    wrong_id: int | None = None,
    problem: InvalidInput | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    """:param wrong_id: the team whose form came back; 0 for a new one."""
    session = read_session()
    found = team_rows(session, signed_in().actor)
    return desk_page(
        "desk/admin/teams.html",
        status,
        found=found,
        seen={team.id: seen_of(team.words) for team in found},
        meanwhile=meanwhile,
        form=request.form,
        people=staff(session),
        boxes=mailboxes(session),
        longest=LONGEST,
        wrong_id=wrong_id,
        problem_text=problem.message if problem else "",
    )
