"""“Report a bad parse”: asked for here, made by the filer, saved from here."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.report_parse import ask_for_report
from helpdesk.models import ParseReportState
from helpdesk.queries.inbox import parse_report
from helpdesk.queries.mails import inbound_mail
from web import downloads
from web.desk.blueprint import blueprint
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction


@blueprint.post("/mail/<int:mail_id>/report")
@staff_only
def ask_mail_report(mail_id: int) -> AnyResponse:
    """Have an anonymised copy made; that takes a second or two."""
    with transaction() as session:
        ask_for_report(session, signed_in().actor, mail_id, now=now())
    return redirect(url_for("desk.mail_one", mail_id=mail_id, _anchor="report"), 303)


@blueprint.get("/mail/<int:mail_id>/report")
@staff_only
def mail_report(mail_id: int) -> str:
    """For an open page, every other second: whether the copy is made."""
    actor = signed_in().actor
    mail = inbound_mail(read_session(), actor, mail_id)
    report = parse_report(read_session(), actor, mail_id)
    return render_template("desk/_mail_report.html", mail=mail, report=report)


@blueprint.get("/mail/<int:mail_id>/report/copy")
@staff_only
def mail_report_copy(mail_id: int) -> Response:
    """The copy, to be saved."""
    report = parse_report(read_session(), signed_in().actor, mail_id)
    if report is None or report.state != ParseReportState.MADE:
        abort(404)
    return downloads.source(report.copy_sha256, f"mail-{mail_id}-anonymised.eml.txt")
