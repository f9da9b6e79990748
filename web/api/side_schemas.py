"""What is asked and answered of side conversations, field by field: see :mod:`web.api.schemas`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from helpdesk.tickets.typed_people import MOST_TYPED
from helpdesk.validation import SUBJECT_LENGTH
from web.api.fields import StorableText
from web.api.schemas import COMMENT_LENGTH, EMAIL, CommentOut, PageOut, PersonOut, Sent


class NewSideMessage(Sent):
    """A message to somebody outside, which leaves as mail at once."""

    comment = StorableText(
        required=True,
        validate=validate.Length(*COMMENT_LENGTH),
        metadata={"examples": ["Where is parcel 1Z99?"]},
    )
    side_conversation = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, 2**63 - 1),
        metadata={"description": "The one that goes on; without it a new one begins."},
    )
    to = fields.List(
        StorableText(validate=EMAIL),
        load_default=list,
        validate=validate.Length(max=MOST_TYPED),
        metadata={
            "description": "Who gets it. In one that goes on, without it, everybody in it.",
            "examples": [["info@carrier.example"]],
        },
    )
    subject = StorableText(
        allow_none=True,
        load_default=None,
        validate=validate.Length(*SUBJECT_LENGTH),
        metadata={
            "description": "Of one that begins: it has one of its own.",
            "examples": ["Parcel 1Z99"],
        },
    )


class SideConversationOut(Schema):
    """A private thread of mails inside a ticket with somebody who is not its customer."""

    id = fields.Integer(required=True)
    subject = fields.String(required=True)
    people = fields.List(
        fields.Nested(PersonOut), required=True, metadata={"description": "Whom staff asked."}
    )
    created_at = fields.AwareDateTime(required=True)
    messages = fields.List(fields.Nested(CommentOut), required=True)


class SideConversationPage(PageOut):
    """A page of side conversations, the oldest first."""

    results = fields.List(fields.Nested(SideConversationOut), required=True)
