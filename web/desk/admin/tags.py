"""Tags, for admins: their names and colours, one merged into another, and deleted."""

from __future__ import annotations

from functools import partial

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.edit_tags import colour_tag, delete_tag, merge_tags, rename_tag
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.models import TagColour
from helpdesk.queries.tags import tag_rows
from helpdesk.tickets.access import id_written
from helpdesk.tickets.seen_form import seen_of
from web.desk.admin.saving import saved
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session


@blueprint.get("/admin/tags")
@admin_only
def tag_list() -> Response:
    """All tags, with how many tickets have each."""
    return _page()


@blueprint.post("/admin/tags/<int:tag_id>/name")
@admin_only
def rename_one_tag(tag_id: int) -> Response:
    """Call it something else."""
    name, seen = request.form.get("name", ""), request.form.get("seen")

    def rename(session: Session) -> str:
        tag = rename_tag(session, signed_in().actor, tag_id, name, seen=seen, now=now())
        return f"Renamed to {tag.name}."

    return saved(rename, "desk.tag_list", partial(_page, wrong_id=tag_id))


@blueprint.post("/admin/tags/<int:tag_id>/colour")
@admin_only
def colour_one_tag(tag_id: int) -> Response:
    """Give it another colour."""
    colour = request.form.get("colour", "")

    def change(session: Session) -> str:
        colour_tag(session, signed_in().actor, tag_id, colour, now=now())
        return "Colour changed."

    return saved(change, "desk.tag_list", partial(_page, wrong_id=tag_id))


@blueprint.post("/admin/tags/<int:tag_id>/merge")
@admin_only
def merge_one_tag(tag_id: int) -> Response:
    """Have another one stand in its place."""
    into = id_written(request.form.get("into", ""))

    def merge(session: Session) -> str:
        names = {one.id: one.name for one in tag_rows(session, signed_in().actor)}
        count = merge_tags(session, signed_in().actor, tag_id, into, now=now())
        return f"“{names[tag_id]}” is “{names[into]}” now. Merged: {_many(count)}."

    return saved(merge, "desk.tag_list", partial(_page, wrong_id=tag_id))


@blueprint.post("/admin/tags/<int:tag_id>/delete")
@admin_only
def delete_one_tag(tag_id: int) -> Response:
    """Take it off all tickets."""

    def drop(session: Session) -> str:
        return f"Deleted from {_many(delete_tag(session, signed_in().actor, tag_id, now=now()))}."

    return saved(drop, "desk.tag_list", partial(_page, wrong_id=tag_id))


def _many(count: int) -> str:
    return f"{count:,} ticket{'' if count == 1 else 's'}"


def _page(
    status: int = 200,
    *,
    wrong_id: int = 0,
    problem: InvalidInput | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    """:param wrong_id: the tag whose form came back."""
    found = tag_rows(read_session(), signed_in().actor)
    return desk_page(
        "desk/admin/tags.html",
        status,
        found=found,
        seen={tag.id: seen_of({"name": tag.name}) for tag in found},
        meanwhile=meanwhile,
        colours=list(TagColour),
        form=request.form,
        wrong_id=wrong_id,
        problem_text=problem.message if problem else "",
    )
