"""What is answered of views, field by field: see :mod:`web.api.schemas`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from helpdesk.queries.queue_order import OFFERED, choices_of
from web.api.schemas import PageOut

_ORDERS = sorted({choice.name for view in OFFERED for choice in choices_of(view)})


class ViewOut(Schema):
    """A view: one of the desk's own, or a saved one."""

    name = fields.String(
        required=True,
        metadata={"description": "As `GET /api/tickets/?view=` takes it.", "examples": ["v12"]},
    )
    label = fields.String(required=True)
    base = fields.String(
        required=True,
        validate=validate.OneOf(list(OFFERED)),
        metadata={"description": "The view of the desk that it is, or narrows."},
    )
    search = fields.String(
        required=True, metadata={"description": "By what, in the desk's search language."}
    )
    order = fields.String(required=True, validate=validate.OneOf(_ORDERS))
    shared = fields.Boolean(
        required=True, metadata={"description": "Whether all of staff have it."}
    )
    owner = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of who saved it; null of the desk's own."},
    )


class ViewPageSchema(PageOut):
    """A page of views, as they stand at the desk's side."""

    results = fields.List(fields.Nested(ViewOut), required=True)
