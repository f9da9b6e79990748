"""Attachments, for staff."""

from __future__ import annotations

from flask import Response

from helpdesk.queries.mails import inbound_mail
from helpdesk.queries.ticket import attachment
from web import downloads
from web.desk.blueprint import blueprint
from web.sign_in import signed_in, staff_only
from web.store import read_session


@blueprint.get("/file/<int:file_id>")
@staff_only
def file(file_id: int) -> Response:
    """A file, to be saved."""
    return downloads.download(attachment(read_session(), signed_in().actor, file_id))


@blueprint.get("/picture/<int:file_id>")
@staff_only
def picture(file_id: int) -> Response:
    """A file that is a picture, to be shown."""
    return downloads.picture(attachment(read_session(), signed_in().actor, file_id))


@blueprint.get("/mail/<int:mail_id>/source")
@staff_only
def mail_source(mail_id: int) -> Response:
    """The raw mail as it came, to be saved."""
    mail = inbound_mail(read_session(), signed_in().actor, mail_id)
    return downloads.source(mail.raw_sha256, f"mail-{mail.id}.eml.txt")
