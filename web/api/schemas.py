"""What is sent and what is answered, field by field: the OpenAPI description is made from these."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from helpdesk import vocabulary
from helpdesk.models import TagColour
from helpdesk.tickets.tags import LONGEST, MOST
from helpdesk.validation import SUBJECT_LENGTH, TEXT_LENGTH
from web.api.fields import (
    AnyOf,
    CustomValues,
    CustomValuesOut,
    Language,
    Moment,
    StorableText,
    TrueOrFalse,
)

COMMENT_LENGTH = (1, 2000)
_KEY = r"^[\x21-\x7e]+$"
EMAIL = validate.Length(min=3, max=254)

_status = validate.OneOf(list(vocabulary.STATUSES))
_priority = validate.OneOf(list(vocabulary.PRIORITIES))
_category = validate.Length(min=1, max=60)
_CATEGORIES = {
    "description": "A category's name. Those to begin with are "
    + ", ".join(f"`{name}`" for name in vocabulary.CATEGORIES)
    + "; an admin may add others, and put some out of use.",
    "examples": ["delivery"],
}


class Strict(Schema):
    """What is sent to us, where a name we do not know is a mistake."""

    class Meta:
        unknown = RAISE


class Sent(Strict):
    """A body."""


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "One line for a person."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "With 422: each field that does not hold, and why."},
    )
    allowed = fields.List(
        fields.String(), metadata={"description": "With 409: the statuses it may go to."}
    )


class Credentials(Sent):
    """An address and its password."""

    email = StorableText(required=True, validate=EMAIL, metadata={"examples": ["ann@example.org"]})
    password = StorableText(required=True, validate=validate.Length(min=1, max=1000))


class Access(Schema):
    """A short-lived token."""

    access = fields.String(required=True, metadata={"description": "Send it as a bearer token."})
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})


class PersonOut(Schema):
    """A person. Customers are not told the addresses of staff."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)


class Page(Strict):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    page_size = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class TicketQuery(Page):
    """Which tickets to list."""

    status = AnyOf(fields.String(validate=_status))
    priority = AnyOf(fields.String(validate=_priority))
    category = AnyOf(fields.String(validate=_category, metadata=_CATEGORIES))
    tag = AnyOf(
        StorableText(
            validate=validate.Length(1, 200),
            metadata={"description": "A tag's name; capitals make no difference. Staff only."},
        )
    )
    team = AnyOf(
        StorableText(
            validate=validate.Length(1, 200),
            metadata={"description": "A team's name. Staff only."},
        )
    )
    search = StorableText(
        validate=validate.Length(max=200),
        metadata={
            "description": "Words of the subject or of the conversation, a number, or the "
            "customer's address. Customers search what they may see."
        },
    )
    view = StorableText(
        validate=validate.Length(1, 40),
        metadata={"description": "The name of a view: see `GET /api/views/`. Staff only."},
    )
    folder = fields.String(
        validate=validate.OneOf(list(vocabulary.FOLDERS)),
        metadata={
            "description": "Where staff keep it; the inbox unless named. Customers see "
            "theirs wherever it is kept."
        },
    )
    cursor = StorableText(
        validate=validate.Length(max=40),
        metadata={
            "description": "In place of “page”, for a list that is read to its end: empty to begin "
            "with; `next` goes on."
        },
    )

    @validates_schema
    def _by_one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if "cursor" in data and data["page"] != 1:
            raise ValidationError("Go on by “cursor” or by “page”, not by both.", "page")


class NewTicket(Sent):
    """A ticket to be created."""

    subject = StorableText(
        required=True,
        validate=validate.Length(*SUBJECT_LENGTH),
        metadata={"examples": ["My kettle leaks"]},
    )
    description = StorableText(
        required=True,
        validate=validate.Length(*TEXT_LENGTH),
        metadata={"examples": ["It leaks at the bottom, where the base is."]},
    )
    category = fields.String(load_default="other", validate=_category, metadata=_CATEGORIES)
    priority = fields.String(load_default="medium", validate=_priority)
    order_id = StorableText(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=64),
        metadata={"description": "The number of an order of the customer."},
    )
    customer = StorableText(
        allow_none=True,
        load_default=None,
        validate=EMAIL,
        metadata={
            "description": "From staff alone, and always: the address of the customer.",
            "examples": ["ann@example.org"],
        },
    )
    mailbox = StorableText(
        allow_none=True,
        load_default=None,
        validate=EMAIL,
        metadata={
            "description": "The address of the mailbox that it is for: one of "
            "`GET /api/mailboxes/`. Without it the first of those.",
            "examples": ["support@shop.example"],
        },
    )
    custom_fields = CustomValues("Customers set those of the form.", load_default=dict)


class IdempotencyHeaders(Schema):
    """The header by which a request that is sent again does nothing again."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=[validate.Length(min=1, max=255), validate.Regexp(_KEY)],
        metadata={
            "description": "The same key and body within 24 hours make nothing again: the first "
            "answer is given once more."
        },
    )


class NewComment(Sent):
    """A comment to be added. One of staff leaves as mail at once, unless it is internal."""

    comment = StorableText(
        required=True,
        validate=validate.Length(*COMMENT_LENGTH),
        metadata={"examples": ["Have you closed the lid?"]},
    )
    internal = TrueOrFalse(
        load_default=False, metadata={"description": "Staff only: a note that nobody is mailed."}
    )


class StatusChange(Sent):
    """A status to go to."""

    status = fields.String(required=True, validate=_status, metadata={"examples": ["in_progress"]})
    despite_children = TrueOrFalse(
        load_default=False,
        metadata={"description": "Resolve or close it also where an open child holds it open."},
    )
    reason = StorableText(load_default="", allow_none=True, validate=validate.Length(max=500))


class PriorityChange(Sent):
    """A priority to set."""

    priority = fields.String(required=True, validate=_priority, metadata={"examples": ["high"]})
    reason = StorableText(load_default="", allow_none=True, validate=validate.Length(max=500))


class TicketChange(Sent):
    """What of a ticket to change; what is left out stays."""

    tags = fields.List(
        StorableText(
            validate=validate.Length(1, LONGEST),
            metadata={
                "description": "A new name makes the tag. Capitals make no difference between two; "
                "no comma, no quotation mark.",
                "examples": ["refund"],
            },
        ),
        validate=validate.Length(max=MOST),
        metadata={"description": "All that it is to have: others are taken off."},
    )
    team = StorableText(
        allow_none=True,
        validate=validate.Length(1, 200),
        metadata={"description": "A team's name; null for none.", "examples": ["Repairs"]},
    )
    mailbox = StorableText(metadata={"description": "The address of the one that it moves to."})
    language = Language(allow_none=True)
    custom_fields = CustomValues("What is left out stays; null empties one.")
    snoozed_until = Moment(
        allow_none=True,
        metadata={
            "description": "Out of sight until then, or until the customer answers: at most a "
            "year away, and only of an unfinished ticket of the inbox. Null wakes it.",
            "examples": ["2027-01-04T08:00:00Z"],
        },
    )
    snooze_stays = TrueOrFalse(
        load_default=False,
        metadata={"description": "With `snoozed_until`: it sleeps on when the customer answers."},
    )
    reason = StorableText(load_default="", allow_none=True, validate=validate.Length(max=500))


class TicketOut(Schema):
    """A ticket."""

    id = fields.Integer(required=True)
    ticket_number = fields.String(required=True)
    subject = fields.String(required=True)
    description = fields.String(required=True)
    category = fields.String(required=True)
    priority = fields.String(required=True, validate=_priority)
    status = fields.String(required=True, validate=_status)
    folder = fields.String(
        required=True,
        validate=validate.OneOf(list(vocabulary.FOLDERS)),
        metadata={"description": "Where staff keep it. Customers are told `inbox`."},
    )
    language = Language(required=True, allow_none=True)
    snoozed_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Out of sight until then; null while awake, and for customers."},
    )
    tags = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "By their names. Customers are told none."},
    )
    customer = fields.Nested(PersonOut, required=True)
    order = fields.String(required=True, allow_none=True, metadata={"description": "Its number."})
    assignee = fields.Nested(PersonOut, required=True, allow_none=True)
    team = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Its team's name; null for none, and for customers."},
    )
    custom_fields = CustomValuesOut("Customers are told those of the form.", required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(
        required=True,
        metadata={"description": "To customers, when something changed last that they are shown."},
    )
    resolved_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class CommentOut(Schema):
    """A comment."""

    id = fields.Integer(required=True)
    author = fields.String(required=True, metadata={"description": "The author's name."})
    comment = fields.String(required=True)
    is_staff_comment = fields.Boolean(required=True)
    internal = fields.Boolean(required=True)
    side_conversation = fields.Integer(
        allow_none=True, metadata={"description": "For staff alone."}
    )
    created_at = fields.AwareDateTime(required=True)


class PageOut(Schema):
    """A page of a list."""

    count = fields.Integer(required=True, metadata={"description": "Of all pages together."})
    next = fields.String(required=True, allow_none=True, metadata={"format": "uri"})
    previous = fields.String(required=True, allow_none=True, metadata={"format": "uri"})


class TicketPageSchema(PageOut):
    """A page of tickets, newest first."""

    results = fields.List(fields.Nested(TicketOut), required=True)


class TagOut(Schema):
    """A tag."""

    name = fields.String(required=True)
    colour = fields.String(
        required=True, validate=validate.OneOf([colour.value for colour in TagColour])
    )


class TagPageSchema(PageOut):
    """A page of tags, by their names."""

    results = fields.List(fields.Nested(TagOut), required=True)


class Stats(Schema):
    """The figures."""

    total_tickets = fields.Integer(required=True)
    open_tickets = fields.Integer(required=True)
    in_progress = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    resolved = fields.Integer(required=True)
    closed = fields.Integer(required=True)
    avg_response_time = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Seconds to the first answer; null before there is one."},
    )
    tickets_by_category = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    tickets_by_priority = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
