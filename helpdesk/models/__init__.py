"""The nouns, one file each."""

from helpdesk.models.acknowledgement import Acknowledgement, Refusal
from helpdesk.models.alarm import Alarm, AlarmKind, Canary
from helpdesk.models.api_token import ApiToken
from helpdesk.models.audit_entry import AuditEntry, AuditKind
from helpdesk.models.base import Base
from helpdesk.models.blocked_sender import BlockedSender
from helpdesk.models.browser_session import BrowserSession
from helpdesk.models.bulk_change import BulkChange, BulkField, BulkState, BulkTicket
from helpdesk.models.canned_reply import CannedReply, CannedUse
from helpdesk.models.category import Category
from helpdesk.models.change import Change, HistoryField
from helpdesk.models.checklist_item import ChecklistItem
from helpdesk.models.comment import Attachment, Comment
from helpdesk.models.concern import Concern, ConcernKind
from helpdesk.models.custom_field import CustomField, CustomValue, FieldKind
from helpdesk.models.day_count import DayCount
from helpdesk.models.desk_settings import DeskSettings
from helpdesk.models.erasure import Erasure
from helpdesk.models.gateway import Gateway, GatewayHour, RunningPart
from helpdesk.models.idempotency_key import IdempotencyKey
from helpdesk.models.inbound_mail import InboundMail, InboundState
from helpdesk.models.installation import InstallationFact
from helpdesk.models.mail_report import MailReport, MailReportKind
from helpdesk.models.mail_service import MailProvider, MailService, PostedToken
from helpdesk.models.mailbox import Mailbox
from helpdesk.models.mailbox_fetch import (
    AfterFetching,
    FetchedMail,
    FetchedState,
    MailboxFetch,
)
from helpdesk.models.mailbox_grant import GrantProvider, GrantRequest, MailboxGrant
from helpdesk.models.mailbox_relay import MailboxRelay, SentCopy
from helpdesk.models.mailed_link import LinkPurpose, MailedLink
from helpdesk.models.marketplace_order import MarketplaceOrder
from helpdesk.models.notice import Notice, NotificationKind
from helpdesk.models.order import Order
from helpdesk.models.outbound_mail import (
    MAILS_TO_STAFF,
    AttemptOutcome,
    DeliveryAttempt,
    MailQueue,
    OutboundMail,
    OutboundState,
)
from helpdesk.models.parse_report import ParseReport, ParseReportState
from helpdesk.models.person import IS_STAFF, AfterSending, Person, PersonAddress
from helpdesk.models.retention_rule import RetentionKind, RetentionRule
from helpdesk.models.saved_draft import DraftKind, SavedDraft
from helpdesk.models.saved_view import SavedView
from helpdesk.models.side_conversation import SideConversation, SidePerson
from helpdesk.models.similar_ticket import SimilarTicket
from helpdesk.models.stored_part import StoredPart
from helpdesk.models.tag import FormerTagName, Tag, TagColour, TicketTag
from helpdesk.models.team import Team, TeamMember
from helpdesk.models.ticket import (
    Participant,
    ParticipantRole,
    ThreadId,
    Ticket,
    TicketDay,
    TicketLink,
    TicketLinkKind,
    TicketMerge,
)
from helpdesk.models.ticket_count import TicketCount
from helpdesk.models.ticket_meaning import TicketMeaning
from helpdesk.models.ticket_seen import TicketSeen
from helpdesk.models.trusted_sender import TrustedSender
from helpdesk.models.unused_file import UnusedFile

__all__ = [
    "IS_STAFF",
    "MAILS_TO_STAFF",
    "Acknowledgement",
    "AfterFetching",
    "AfterSending",
    "Alarm",
    "AlarmKind",
    "ApiToken",
    "Attachment",
    "AttemptOutcome",
    "AuditEntry",
    "AuditKind",
    "Base",
    "BlockedSender",
    "BrowserSession",
    "BulkChange",
    "BulkField",
    "BulkState",
    "BulkTicket",
    "Canary",
    "CannedReply",
    "CannedUse",
    "Category",
    "Change",
    "ChecklistItem",
    "Comment",
    "Concern",
    "ConcernKind",
    "CustomField",
    "CustomValue",
    "DayCount",
    "DeliveryAttempt",
    "DeskSettings",
    "DraftKind",
    "Erasure",
    "FetchedMail",
    "FetchedState",
    "FieldKind",
    "FormerTagName",
    "Gateway",
    "GatewayHour",
    "GrantProvider",
    "GrantRequest",
    "HistoryField",
    "IdempotencyKey",
    "InboundMail",
    "InboundState",
    "InstallationFact",
    "LinkPurpose",
    "MailProvider",
    "MailQueue",
    "MailReport",
    "MailReportKind",
    "MailService",
    "Mailbox",
    "MailboxFetch",
    "MailboxGrant",
    "MailboxRelay",
    "MailedLink",
    "MarketplaceOrder",
    "Notice",
    "NotificationKind",
    "Order",
    "OutboundMail",
    "OutboundState",
    "ParseReport",
    "ParseReportState",
    "Participant",
    "ParticipantRole",
    "Person",
    "PersonAddress",
    "PostedToken",
    "Refusal",
    "RetentionKind",
    "RetentionRule",
    "RunningPart",
    "SavedDraft",
    "SavedView",
    "SentCopy",
    "SideConversation",
    "SidePerson",
    "SimilarTicket",
    "StoredPart",
    "Tag",
    "TagColour",
    "Team",
    "TeamMember",
    "ThreadId",
    "Ticket",
    "TicketCount",
    "TicketDay",
    "TicketLink",
    "TicketLinkKind",
    "TicketMeaning",
    "TicketMerge",
    "TicketSeen",
    "TicketTag",
    "TrustedSender",
    "UnusedFile",
]
