"""What is asked and answered of mails, field by field: see :mod:`web.api.schemas`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from helpdesk import vocabulary
from helpdesk.models import InboundState, OutboundState
from web.api.fields import StorableText
from web.api.schemas import EMAIL, Page, PageOut, Strict

_kind = validate.OneOf([kind.value for kind in vocabulary.MessageKind])
_inbound_state = validate.OneOf([state.value for state in InboundState])
_outbound_state = validate.OneOf([state.value for state in OutboundState])


class InboundQuery(Page):
    """Which inbound mails to list."""

    state = fields.String(
        validate=_inbound_state,
        metadata={"description": "Without it: all but the waiting."},
    )


class RawMailQuery(Strict):
    """The envelope of a mail that is posted."""

    to = fields.List(
        StorableText(validate=EMAIL),
        required=True,
        validate=validate.Length(min=1, max=100),
        metadata={
            "description": "The recipients in its envelope; may be given several times.",
            "examples": [["support@shop.example"]],
        },
    )
    sender = StorableText(
        data_key="from",
        validate=validate.Length(max=320),
        metadata={"description": "The sender in its envelope; empty for the null sender."},
    )


class TakenMail(Schema):
    """A mail that is safe on the disk."""

    mail = fields.String(
        required=True,
        metadata={"description": "Its name, for the log and for `postdesk mail why`."},
    )


class TakenPost(Schema):
    """What was posted is safe on the disk."""

    mail = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Its name; null where it was taken before, or is no mail."},
    )


class InboundOut(Schema):
    """An accepted mail. One that waits in the spool has no id yet."""

    id = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True, validate=_inbound_state)
    reason = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True, allow_none=True)
    sender = fields.String(required=True, data_key="from")
    to = fields.List(fields.String(), required=True)
    subject = fields.String(required=True)
    message_id = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, validate=_kind)
    size = fields.Integer(required=True)
    ticket_number = fields.String(required=True, allow_none=True)


class InboundDetail(InboundOut):
    """An accepted mail, with why it is where it is."""

    envelope_from = fields.String(required=True)
    peer = fields.String(required=True)
    defects = fields.List(fields.String(), required=True)
    decision = fields.Dict(required=True)
    decided_at = fields.AwareDateTime(required=True)
    comment_id = fields.Integer(required=True, allow_none=True)


class InboundPageSchema(PageOut):
    """A page of inbound mails, newest first."""

    results = fields.List(fields.Nested(InboundOut), required=True)


class OutboundQuery(Page):
    """Which outbound mails to list."""

    state = fields.String(validate=_outbound_state)


class AttemptOut(Schema):
    """A try to hand the mail to a relay, in the relay's own words."""

    at = fields.AwareDateTime(required=True)
    relay = fields.String(required=True)
    code = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)


class OutboundOut(Schema):
    """A mail to one recipient."""

    id = fields.Integer(required=True)
    to = fields.String(required=True)
    subject = fields.String(required=True)
    state = fields.String(required=True, validate=_outbound_state)
    attempts = fields.List(fields.Nested(AttemptOut), required=True)
    ticket_number = fields.String(required=True, allow_none=True)


class OutboundPageSchema(PageOut):
    """A page of outbound mails, newest first."""

    results = fields.List(fields.Nested(OutboundOut), required=True)
