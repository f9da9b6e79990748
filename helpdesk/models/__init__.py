"""The nouns, one file each."""

from helpdesk.models.acknowledgement import Acknowledgement
from helpdesk.models.alarm import Alarm, Canary
from helpdesk.models.api_token import ApiToken
from helpdesk.models.audit_entry import AuditEntry
from helpdesk.models.base import Base
from helpdesk.models.category import Category
from helpdesk.models.change import Change
from helpdesk.models.comment import Attachment, Comment
from helpdesk.models.idempotency_key import IdempotencyKey
from helpdesk.models.inbound_mail import InboundMail
from helpdesk.models.mailbox import Mailbox
from helpdesk.models.mailed_link import LINK_PURPOSES, MailedLink
from helpdesk.models.notice import Notice
from helpdesk.models.order import Order
from helpdesk.models.outbound_mail import OUTBOUND_STATES, DeliveryAttempt, OutboundMail
from helpdesk.models.parse_report import ParseReport
from helpdesk.models.person import Person, PersonAddress
from helpdesk.models.ticket import (
    Participant,
    ThreadId,
    Ticket,
    TicketDay,
    TicketLink,
    TicketMerge,
)
from helpdesk.models.trusted_sender import TrustedSender

__all__ = [
    "LINK_PURPOSES",
    "OUTBOUND_STATES",
    "Acknowledgement",
    "Alarm",
    "ApiToken",
    "Attachment",
    "AuditEntry",
    "Base",
    "Canary",
    "Category",
    "Change",
    "Comment",
    "DeliveryAttempt",
    "IdempotencyKey",
    "InboundMail",
    "Mailbox",
    "MailedLink",
    "Notice",
    "Order",
    "OutboundMail",
    "ParseReport",
    "Participant",
    "Person",
    "PersonAddress",
    "ThreadId",
    "Ticket",
    "TicketDay",
    "TicketLink",
    "TicketMerge",
    "TrustedSender",
]
