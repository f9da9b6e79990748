"""Teams, for admins: who is in them, whose new tickets they get, and whether they hand out."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
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
from web.desk.blueprint import blueprint, desk_page
from web.options import forget_options
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, transaction


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

    return _changed(0, add)


@blueprint.post("/admin/teams/<int:team_id>")
@admin_only
def change_one_team(team_id: int) -> Response:
    """Change a team."""

    def change(session: Session) -> str:
        seen = request.form.get("seen")
        change_team(session, signed_in().actor, team_id, _draft(), seen=seen, now=now())
        return "Saved."

    return _changed(team_id, change)


@blueprint.post("/admin/teams/<int:team_id>/delete")
@admin_only
def delete_one_team(team_id: int) -> Response:
    """Delete a team."""

    def drop(session: Session) -> str:
        return f"“{delete_team(session, signed_in().actor, team_id, now=now())}” is deleted."

    return _changed(team_id, drop)


def _draft() -> TeamDraft:
    form = request.form
    return TeamDraft(
        form.get("name", ""),
        [id_written(one) for one in form.getlist("member")],
        [id_written(one) for one in form.getlist("mailbox")],
        hands_out="hands_out" in form,
    )


def _changed(team_id: int, change: Callable[[Session], str]) -> Response:
    try:
        with transaction() as session:
            said = change(session)
    except InvalidInput as problem:
        return _page(422, team_id, problem.message)
    except ChangedMeanwhile as changed:
        return _page(409, team_id, meanwhile=changed)
    forget_options()
    flash(said)
    return redirect(url_for("desk.team_list"), 303)


def _page(
    status: int = 200,
    wrong_id: int | None = None,
    problem_text: str = "",
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
        problem_text=problem_text,
    )
