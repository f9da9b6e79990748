"""What is sent and what is answered about orders."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from helpdesk.tickets.order_numbers import NUMBER
from helpdesk.validation import CURRENCY
from web.api.fields import Amount, Moment, StorableText
from web.api.schemas import EMAIL, PersonOut, Sent


class Item(Sent):
    """A line of an order."""

    name = StorableText(required=True, validate=validate.Length(1, 200))
    quantity = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 1_000_000))
    price = Amount(load_default="", metadata=Amount.SCHEMA)


class OrderIn(Sent):
    """An order, as a whole: what is not sent is empty afterwards."""

    customer = StorableText(
        required=True,
        validate=EMAIL,
        metadata={"description": "Whose it is: an address.", "examples": ["ann@example.org"]},
    )
    customer_name = StorableText(
        load_default="",
        validate=validate.Length(max=120),
        metadata={"description": "Taken over where no name of theirs was known."},
    )
    placed_at = Moment(load_default=None, allow_none=True)
    status = StorableText(load_default="", validate=validate.Length(max=80))
    total = Amount(load_default="", metadata=Amount.SCHEMA)
    currency = StorableText(load_default="", validate=validate.Regexp(f"^({CURRENCY})?$"))
    items = fields.List(fields.Nested(Item), load_default=list, validate=validate.Length(max=500))


class ItemOut(Schema):
    """A line of an order."""

    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = fields.String(required=True)


class OrderOut(Schema):
    """An order."""

    number = fields.String(required=True)
    customer = fields.Nested(PersonOut, required=True)
    placed_at = fields.AwareDateTime(required=True, allow_none=True)
    status = fields.String(required=True)
    total = fields.String(required=True)
    currency = fields.String(required=True)
    items = fields.List(fields.Nested(ItemOut), required=True)
    created_at = fields.AwareDateTime(required=True)


ORDER_NUMBER = {"type": "string", "pattern": f"^{NUMBER.pattern}$", "examples": ["A-1001"]}
"""An order's number in an address."""
