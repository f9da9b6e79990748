"""A ticket on paper: a page to be printed, and a PDF file."""

from __future__ import annotations

from flask import render_template, request
from flask.wrappers import Response

from helpdesk.queries.dispute_pack import messages_of
from helpdesk.queries.ticket import TicketPage, ticket_page
from web.assets import FOLDER
from web.desk.blueprint import blueprint
from web.pdf import NoPdf, has_pdf, make_pdf
from web.sign_in import signed_in, staff_only
from web.store import read_session


@blueprint.get("/t/<number>/print")
@staff_only
def paper(number: str) -> Response:
    """The ticket's page to be printed, with internal notes where ``notes`` says so. What is said in
    side conversations is never on it.
    """
    return Response(_written(_page(number)))


@blueprint.get("/t/<number>/pdf")
@staff_only
def pdf(number: str) -> Response:
    """The same as a PDF file; where none can be made, the page, which says why."""
    page = _page(number)
    try:
        content = make_pdf(_written(page), (FOLDER / "css/paper.css").read_text())
    except NoPdf as problem:
        return Response(_written(page, str(problem)))
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.ticket.number}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(number: str) -> TicketPage:
    return ticket_page(read_session(), signed_in().actor, number)


def _written(page: TicketPage, why_not: str = "") -> str:
    with_notes = request.args.get("notes") == "yes"
    return render_template(
        "desk/paper.html",
        ticket=page.ticket,
        messages=messages_of(page, with_notes=with_notes),
        with_notes=with_notes,
        has_pdf=has_pdf(),
        why_not=why_not,
    )
