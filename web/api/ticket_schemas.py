"""A ticket as its page has it, and what is done with it and others, field by field: see
:mod:`web.api.schemas`.
"""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from helpdesk import vocabulary
from helpdesk.actions.change_checklist import LONGEST_ITEM, MOST_ITEMS
from helpdesk.actions.relate_tickets import Relation
from helpdesk.actions.split_ticket import MOST
from helpdesk.models import Refusal
from web.api.fields import StorableText, TrueOrFalse
from web.api.schemas import CommentOut, PageOut, Sent, Strict, TicketOut

KEY = r"^([0-9]{1,18}|[Tt][Kk][Tt][0-9]{11,17})$"
"""A ticket's id or number."""
_relation = validate.OneOf([relation.value for relation in Relation])
_WHAT_IT_IS = "What the other one is to this one. A child that is open holds its parent open."


class KeyOfTicket(fields.Field[str]):
    """A ticket's number, or its id, which may be a number of JSON."""

    SCHEMA = {  # noqa: RUF012 (read only)
        "type": ["string", "integer"],
        "pattern": KEY,
        "minimum": 0,
        "maximum": 10**18 - 1,
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not re.fullmatch(KEY, value):
            raise ValidationError("This is neither a ticket's number nor its id.")
        return value


class NewLink(Sent):
    """Another ticket that belongs to this one."""

    other = KeyOfTicket(
        required=True,
        metadata={
            **KeyOfTicket.SCHEMA,
            "description": "Its number, or its id.",
            "examples": ["TKT20261123002", 17],
        },
    )
    relation = fields.String(
        required=True,
        validate=_relation,
        metadata={"description": _WHAT_IT_IS, "examples": ["related"]},
    )
    reason = StorableText(load_default="", allow_none=True, validate=validate.Length(max=500))


class LinkQuery(Strict):
    """Which of the links between two tickets goes."""

    relation = fields.String(
        required=True,
        validate=_relation,
        metadata={"description": _WHAT_IT_IS, "examples": ["related"]},
    )


class LinkOut(Schema):
    """Another ticket that belongs to this one."""

    relation = fields.String(
        required=True, validate=_relation, metadata={"description": _WHAT_IT_IS}
    )
    ticket_number = fields.String(required=True)
    subject = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(list(vocabulary.STATUSES)))


class NewSplit(Sent):
    """Messages that are to go to a new ticket."""

    comments = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 2**63 - 1)),
        required=True,
        validate=validate.Length(1, MOST),
        metadata={
            "description": "Their ids. One message of the conversation must stay.",
            "examples": [[1]],
        },
    )
    subject = StorableText(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=200),
        metadata={"description": "Of the new ticket; without it that of the old one."},
    )
    reason = StorableText(load_default="", allow_none=True, validate=validate.Length(max=500))


class NewItem(Sent):
    """A thing to do on a ticket."""

    text = StorableText(
        required=True,
        validate=validate.Length(1, LONGEST_ITEM),
        metadata={"examples": ["Call the carrier"]},
    )


class ItemChange(Sent):
    """What of an item to change; what is left out stays."""

    text = StorableText(validate=validate.Length(1, LONGEST_ITEM))
    done = TrueOrFalse(metadata={"examples": [True]})
    place = fields.Integer(
        strict=True,
        validate=validate.Range(1, MOST_ITEMS),
        metadata={"description": "Where it is to stand: 1 is the first."},
    )


class ChecklistItemOut(Schema):
    """A thing to do on a ticket."""

    id = fields.Integer(required=True)
    text = fields.String(required=True)
    done = fields.Boolean(required=True)


class ChecklistPage(PageOut):
    """A page of a checklist, in its order."""

    results = fields.List(fields.Nested(ChecklistItemOut), required=True)


class ChangeOut(Schema):
    """One row of the history."""

    changed_by = fields.String(required=True, metadata={"description": "A name."})
    field_changed = fields.String(required=True)
    old_value = fields.String(required=True)
    new_value = fields.String(required=True)
    change_reason = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class TicketDetail(TicketOut):
    """A ticket with its conversation and its history, both oldest first."""

    mailbox = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of its mailbox; null where it came to none."},
    )
    not_acknowledged = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([refusal.value for refusal in Refusal]),
        metadata={
            "description": "Why the customer was sent no acknowledgement; `rate_limit`: a limit of "
            "automatic mails was reached. Null where one was sent or none was due, and for "
            "customers."
        },
    )
    comments = fields.List(fields.Nested(CommentOut), required=True)
    history = fields.List(fields.Nested(ChangeOut), required=True)
    links = fields.List(
        fields.Nested(LinkOut),
        required=True,
        metadata={
            "description": "Other tickets that belong to it, as far as you see them. Customers "
            "are told none."
        },
    )
    checklist = fields.List(
        fields.Nested(ChecklistItemOut),
        required=True,
        metadata={"description": "What is to be done, in order. Customers are told none."},
    )
