"""The templates there are, and all that is known of each.

The words of a template stand in ``templates/mail/<name>/``. Pages, previews, pictures, docs and
tests go through :data:`TEMPLATES`. ``docs/mails.md`` says what else a new template needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from helpdesk.mail_out import template_values
from helpdesk.mail_out.notification_kinds import STAFF_KINDS
from helpdesk.models import MailQueue
from helpdesk.vocabulary import Status


class TemplateName(StrEnum):
    """The names of the templates. The outbox keeps them: a name never changes its spelling."""

    TICKET_CREATED_CUSTOMER = "ticket_created_customer"
    COMMENT_ADDED_CUSTOMER = "comment_added_customer"
    MESSAGE_FORWARDED_OUTSIDE = "message_forwarded_outside"
    SIDE_MESSAGE_OUTSIDE = "side_message_outside"
    STATUS_CHANGED_CUSTOMER = "status_changed_customer"
    SURVEY_CUSTOMER = "survey_customer"
    TRACKING_LINK = "tracking_link"
    SIGN_IN_LINK = "sign_in_link"
    CONFIRM_ADDRESS = "confirm_address"
    PASSWORD_LINK_STAFF = "password_link_staff"  # noqa: S105 (a name)
    TICKET_CREATED_STAFF = "ticket_created_staff"
    COMMENT_ADDED_STAFF = "comment_added_staff"
    ASSIGNED_STAFF = "assigned_staff"
    MENTIONED_STAFF = "mentioned_staff"
    DIGEST_STAFF = "digest_staff"
    DELIVERY_FAILED_STAFF = "delivery_failed_staff"
    MAIL_ALARM_STAFF = "mail_alarm_staff"
    CANARY = "canary"


class TemplateKind(StrEnum):
    """Why a mail is sent; decides how it is marked, and whether it may be gathered."""

    ACKNOWLEDGEMENT = "acknowledgement"
    """Sent in answer to a mail: ``Auto-Submitted: auto-replied`` (RFC 3834)."""
    WRITTEN_BY_PEOPLE = "written_by_people"
    """Carries no mark of a machine; every other kind does."""
    NOTIFICATION = "notification"
    """To staff, of what happened; many of them in a short while become one."""
    AUTOMATIC = "automatic"
    """Sent by Postdesk for any other reason."""


QUEUES = tuple(MailQueue)


@dataclass(frozen=True)
class Template:
    """All that is known of one mail besides its words."""

    name: TemplateName
    values: type
    """The ``TypedDict`` of the values that it takes."""
    label: str
    """Its name on the page of templates."""
    badge: str
    """Its name in the list of the outbox, in a word or two."""
    kind: TemplateKind = TemplateKind.AUTOMATIC
    queue: MailQueue = MailQueue.NOTIFICATIONS
    on_ticket: bool = True
    """Whether it belongs to one ticket."""
    names_ticket: bool = True
    """Whether its subject has the ticket's number. What stands beside the customer's conversation
    tells nothing of it."""
    secret: bool = False
    """What it carries gives access: once the mail is gone, neither values nor bytes are kept."""
    sample: Mapping[str, Any] = field(default_factory=dict)
    """Made-up values, for looking at it."""

    @property
    def to_staff(self) -> bool:
        """Whether staff get it, and not customers."""
        return self.name.endswith("_staff")

    def missing_values(self, values: Mapping[str, object]) -> list[str]:
        """The names of the values that it needs and ``values`` lacks."""
        required: frozenset[str] = getattr(self.values, "__required_keys__", frozenset())
        return sorted(required - values.keys())


SAMPLE_NUMBER = "TKT20261123001"
_QUESTION = """Hello,

my kettle leaks at the bottom, where it stands on its base. I have had it for three weeks.

Can you help?
Ann"""
_ANSWER = """Dear Ann,

I am sorry to hear that. **Please do not use it any more.** A new one is on its way to you:

- Parcel: https://carrier.example/track/1Z999AA1
- You may keep the old one, or recycle it.

Is your address still the same?"""

_FOR_CUSTOMERS = (
    Template(
        TemplateName.TICKET_CREATED_CUSTOMER,
        template_values.TicketCreatedCustomer,
        label="We have your message",
        badge="Acknowledgement",
        kind=TemplateKind.ACKNOWLEDGEMENT,
        sample={"verified": True},
    ),
    Template(
        TemplateName.COMMENT_ADDED_CUSTOMER,
        template_values.CommentAddedCustomer,
        label="An answer",
        badge="Answer",
        kind=TemplateKind.WRITTEN_BY_PEOPLE,
        queue=MailQueue.ANSWERS,
        sample={
            "text": _ANSWER,
            "author_name": "Mia",
            "quoted": [
                {"author_name": "Ann Lee", "at": "2026-11-23T08:05:00+00:00", "text": _QUESTION}
            ],
        },
    ),
    Template(
        TemplateName.MESSAGE_FORWARDED_OUTSIDE,
        template_values.MessageForwardedOutside,
        label="A forwarded message",
        badge="Forward",
        kind=TemplateKind.WRITTEN_BY_PEOPLE,
        queue=MailQueue.ANSWERS,
        sample={
            "text": "Hello,\n\ncan you say **which batch** this kettle is of?",
            "author_name": "Mia",
            "in_copy": True,
            "forwarded": {
                "author_name": "Ann Lee",
                "author_address": "ann@mail.example",
                "at": "2026-11-23T08:05:00+00:00",
                "text": _QUESTION,
            },
        },
    ),
    Template(
        TemplateName.SIDE_MESSAGE_OUTSIDE,
        template_values.SideMessageOutside,
        label="In a side conversation",
        badge="Side",
        kind=TemplateKind.WRITTEN_BY_PEOPLE,
        queue=MailQueue.ANSWERS,
        names_ticket=False,
        sample={
            "text": "Hello,\n\nwhere is parcel **1Z999AA1**? It should be there since Monday.",
            "author_name": "Mia",
            "in_copy": True,
        },
    ),
    Template(
        TemplateName.STATUS_CHANGED_CUSTOMER,
        template_values.StatusChangedCustomer,
        label="How the request stands",
        badge="Status",
        sample={"status": Status.RESOLVED},
    ),
    Template(
        TemplateName.SURVEY_CUSTOMER,
        template_values.SurveyCustomer,
        label="How did we do?",
        badge="Survey",
    ),
    Template(
        TemplateName.TRACKING_LINK,
        template_values.TrackingLink,
        label="A fresh link",
        badge="Fresh link",
        queue=MailQueue.ANSWERS,  # somebody sits and waits for it
    ),
    Template(
        TemplateName.SIGN_IN_LINK,
        template_values.SignInLink,
        label="A link to sign in",
        badge="Sign-in link",
        queue=MailQueue.ANSWERS,  # somebody sits and waits for it
        on_ticket=False,
        secret=True,
        sample={"path": "/my/in/example", "minutes": 30},
    ),
    Template(
        TemplateName.CONFIRM_ADDRESS,
        template_values.ConfirmAddress,
        label="Proving an address",
        badge="Confirm address",
        queue=MailQueue.ANSWERS,  # somebody sits and waits for it
        on_ticket=False,
        secret=True,
        sample={"path": "/my/address/example", "minutes": 30},
    ),
)
_FOR_STAFF = (
    Template(
        TemplateName.PASSWORD_LINK_STAFF,
        template_values.PasswordLinkStaff,
        label="A forgotten password",
        badge="New password",
        queue=MailQueue.ANSWERS,  # somebody sits and waits for it
        on_ticket=False,
        secret=True,
        sample={"path": "/desk/password/example", "minutes": 30},
    ),
    Template(
        TemplateName.TICKET_CREATED_STAFF,
        template_values.TicketCreatedStaff,
        label="A new ticket",
        badge="New ticket",
        kind=TemplateKind.NOTIFICATION,
        sample={
            "requester_name": "Ann Lee",
            "requester_address": "ann@mail.example",
            "text": _QUESTION,
        },
    ),
    Template(
        TemplateName.COMMENT_ADDED_STAFF,
        template_values.CommentAddedStaff,
        label="A customer answered",
        badge="New message",
        kind=TemplateKind.NOTIFICATION,
        sample={"author_name": "Ann Lee", "text": "Yes, it is. Thank you!"},
    ),
    Template(
        TemplateName.ASSIGNED_STAFF,
        template_values.AssignedStaff,
        label="A ticket is given",
        badge="Assigned staff",
        kind=TemplateKind.NOTIFICATION,
        sample={"by_name": "Tom Ray", "text": _QUESTION},
    ),
    Template(
        TemplateName.MENTIONED_STAFF,
        template_values.MentionedStaff,
        label="Mentioned in a note",
        badge="Mentioned staff",
        kind=TemplateKind.NOTIFICATION,
        sample={
            "author_name": "Tom Ray",
            "text": "@mia this is the third kettle of this batch. Can you ask the factory?",
        },
    ),
    Template(
        TemplateName.DIGEST_STAFF,
        template_values.DigestStaff,
        label="Many at once",
        badge="Digest staff",
        kind=TemplateKind.NOTIFICATION,
        on_ticket=False,
        sample={
            "events": [
                {
                    "kind": kind,
                    "number": SAMPLE_NUMBER,
                    "subject": subject,
                    "who": "Ann Lee",
                    "text": "It leaks at the bottom, where it stands on its base.",
                }
                for kind, subject in zip(
                    STAFF_KINDS,
                    ("My kettle leaks", "Wrong colour", "Refund for order 77", "Parcel late"),
                    strict=True,
                )
            ],
            "more": 3,
        },
    ),
    Template(
        TemplateName.DELIVERY_FAILED_STAFF,
        template_values.DeliveryFailedStaff,
        label="An answer was not delivered",
        badge="Not delivered",
        sample={
            "outcome": "failed",
            "recipient": "ann@mial.example",
            "words": "550 5.1.2 Host unknown: Name server: mial.example: no data known",
            "text": _ANSWER,
        },
    ),
    Template(
        TemplateName.MAIL_ALARM_STAFF,
        template_values.MailAlarmStaff,
        label="Mail may not be coming in",
        badge="Mail alarm staff",
        on_ticket=False,
        sample={
            "kind": "silence",
            "mailbox": "support@shop.example",
            "hours": 6,
            "usual": 40,
        },
    ),
    Template(
        TemplateName.CANARY,
        template_values.CanaryMail,
        label="Postdesk’s own test mail",
        badge="Canary",
        on_ticket=False,
        sample={"name": "20261123-0912"},
    ),
)
TEMPLATES: dict[str, Template] = {each.name: each for each in (*_FOR_CUSTOMERS, *_FOR_STAFF)}
"""Every template by its name, those for customers first."""


def _of_kind(kind: TemplateKind) -> frozenset[str]:
    return frozenset(each.name for each in TEMPLATES.values() if each.kind is kind)


NOTIFICATIONS = _of_kind(TemplateKind.NOTIFICATION)
ACKNOWLEDGEMENTS = _of_kind(TemplateKind.ACKNOWLEDGEMENT)
WRITTEN_BY_PEOPLE = _of_kind(TemplateKind.WRITTEN_BY_PEOPLE)
TO_STAFF = frozenset(
    each.name for each in TEMPLATES.values() if each.to_staff or each.name == TemplateName.CANARY
)
"""What colleagues get, and Postdesk itself. ``MAILS_TO_STAFF`` of the models has the same names."""
SECRET = frozenset(each.name for each in TEMPLATES.values() if each.secret)


def is_wiped(template: str, values: Mapping[str, object]) -> bool:
    """Whether a secret mail has lost its values: then it cannot be sent again."""
    return template in SECRET and bool(TEMPLATES[template].missing_values(values))
