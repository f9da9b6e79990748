"""What is asked and answered of canned replies, field by field: see :mod:`web.api.schemas`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from helpdesk import vocabulary
from web.api.fields import StorableText, TrueOrFalse
from web.api.schemas import Page, PageOut

_status = validate.OneOf(list(vocabulary.STATUSES))
_priority = validate.OneOf(list(vocabulary.PRIORITIES))


class CannedReplyQuery(Page):
    """Which canned replies to list."""

    search = StorableText(
        validate=validate.Length(max=200),
        metadata={"description": "Words of the name, the shortcut or the text."},
    )
    mailbox = StorableText(
        validate=validate.Length(min=3, max=254),
        metadata={"description": "The address of a mailbox: those offered on its tickets."},
    )


class CannedReplyOut(Schema):
    """A text that staff answer with again and again, and what comes with the answer."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    shortcut = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "With its variables."})
    mailbox = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of its mailbox; null where it is for all."},
    )
    team = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The team on whose tickets it is; null where it is on all."},
    )
    language = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, allow_none=True, validate=_status)
    priority = fields.String(required=True, allow_none=True, validate=_priority)
    tags = fields.List(fields.String(), required=True)
    snooze_hours = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True, metadata={"description": "An internal note it adds."})
    checklist = fields.List(
        fields.String(), required=True, metadata={"description": "The items that it adds."}
    )
    custom_fields = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "What it fills in, by the keys of `GET /api/custom-fields/`."},
    )
    moves_to = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of a macro, the address of the mailbox that it moves it to."},
    )
    is_macro = fields.Boolean(
        required=True, metadata={"description": "Whether it acts without an answer."}
    )
    used_count = fields.Integer(required=True)
    used_at = fields.AwareDateTime(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True)


class MacroUse(Schema):
    """Which macro to use."""

    macro = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=2**63 - 1),
        metadata={"description": "Its id, of the canned replies.", "examples": [1]},
    )
    despite_children = TrueOrFalse(
        load_default=False,
        metadata={"description": "Also where it finishes what an open child holds open."},
    )


class CannedReplyPageSchema(PageOut):
    """A page of canned replies, by name."""

    results = fields.List(fields.Nested(CannedReplyOut), required=True)
