"""Custom fields as the API gives them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from helpdesk.models import FieldKind
from web.api.schemas import PageOut


class CustomFieldOut(Schema):
    """A custom field."""

    key = fields.String(required=True, metadata={"description": "Its name here and in a search."})
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in FieldKind]))
    mailbox = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of the mailbox whose tickets have it; null for all."},
    )
    choices = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Of a choice what can be chosen, in order; else empty."},
    )
    on_form = fields.Boolean(
        required=True, metadata={"description": "Whether customers fill it in on the form."}
    )
    required = fields.Boolean(required=True, metadata={"description": "Whether they must there."})


class CustomFieldPageSchema(PageOut):
    """A page of custom fields, in their order."""

    results = fields.List(fields.Nested(CustomFieldOut), required=True)
