"""What the API answers of mailboxes."""

from __future__ import annotations

from marshmallow import Schema, fields

from web.api.schemas import PageOut


class MailboxOut(Schema):
    """A mailbox: an address that customers write to."""

    address = fields.String(required=True)
    name = fields.String(required=True)
    public = fields.Boolean(
        required=True, metadata={"description": "Whether customers' pages name it."}
    )
    form = fields.Boolean(
        required=True,
        metadata={"description": "Whether customers may write to it by the form and this API."},
    )
    paused = fields.Boolean(
        required=True, metadata={"description": "Whether mail to it is put off."}
    )


class MailboxPageSchema(PageOut):
    """A page of mailboxes, the first one first."""

    results = fields.List(fields.Nested(MailboxOut), required=True)
