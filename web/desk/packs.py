"""Taking a dispute pack of a ticket."""

from __future__ import annotations

from flask import render_template, request
from flask.wrappers import Response

from helpdesk.actions.take_pack import take_pack
from web.desk.blueprint import blueprint
from web.pack_file import pack_pieces
from web.sign_in import signed_in, staff_only
from web.store import now, store, transaction


@blueprint.post("/t/<number>/dispute-pack")
@staff_only
def dispute_pack(number: str) -> Response:
    """The ticket's dispute pack, a zip file, with internal notes where ``notes`` says so."""
    with_notes = request.form.get("notes") == "yes"
    with transaction() as session:
        pack = take_pack(session, signed_in().actor, number, with_notes=with_notes, now=now())
    name = f"{pack.page.ticket.number}-{pack.made_at:%Y%m%d-%H%M}.zip"
    index = render_template("desk/pack.html", pack=pack, ticket=pack.page.ticket)
    answer = Response(pack_pieces(pack, index, store().blobs), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
