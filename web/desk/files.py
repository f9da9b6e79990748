"""Attachments, for staff."""

from __future__ import annotations

from flask import Response

from helpdesk.queries.ticket import attachment
from web import downloads
from web.desk.blueprint import blueprint
from web.sign_in import signed_in, staff_only
from web.store import reading


@blueprint.get("/file/<int:file_id>")
@staff_only
def file(file_id: int) -> Response:
    """A file, to be saved."""
    return downloads.download(attachment(reading(), signed_in().actor, file_id))


@blueprint.get("/picture/<int:file_id>")
@staff_only
def picture(file_id: int) -> Response:
    """A file that is a picture, to be shown."""
    return downloads.picture(attachment(reading(), signed_in().actor, file_id))
