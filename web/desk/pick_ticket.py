"""Picking another ticket: what may be meant while its number, or words of it, are typed."""

from __future__ import annotations

from flask import render_template, request

from helpdesk.queries.pick_ticket import tickets_meant
from web.desk.blueprint import blueprint
from web.sign_in import signed_in, staff_only
from web.store import read_session


@blueprint.get("/tickets/meant")
@staff_only
def tickets_picked() -> str:
    """The tickets that staff may mean by what they type (``q``), as options of a list; with nothing
    typed the others of who asks on ``beside``, a number, which is not offered itself.
    """
    typed, beside = request.args.get("q", ""), request.args.get("beside", "")
    found = tickets_meant(read_session(), signed_in().actor, typed, beside)
    return render_template("desk/_tickets_meant.html", found=found)
