"""The values that each template must be given.

A row of the outbox keeps the template's name and these values: plain JSON, and never a link that
gives rights (tracking links are made when the mail is rendered). Besides its own values, each
template knows the mailbox (name, signature, colour), the recipient's name, the ticket's number,
subject and tracking link.
"""

# No postponed annotations here: with them NotRequired would go unnoticed at run time.
from typing import NotRequired, TypedDict


class AttachedFile(TypedDict):
    """A file of an answer, by its key in the blob store."""

    sha256: str
    filename: str
    content_type: str
    content_id: NotRequired[str | None]
    """Given for an image that the answer shows in its text, as ``cid:…``."""


class QuotedComment(TypedDict):
    """An earlier comment, quoted under an answer."""

    author_name: str
    at: str
    """ISO 8601, UTC."""
    text: str


class NamedRecipient(TypedDict):
    """Who stands in To or Cc."""

    name: str
    address: str


class TicketCreatedCustomer(TypedDict):
    """The acknowledgement. To an address that is not proven it carries none of its words."""

    verified: bool


class CommentAddedCustomer(TypedDict):
    """A staff answer, as written."""

    text: str
    """Markdown."""
    author_name: str
    attachments: NotRequired[list[AttachedFile]]
    quoted: NotRequired[list[QuotedComment]]
    to: NotRequired[NamedRecipient]
    """Who stands in To, where that is somebody else: this is a copy for one in Cc or Bcc."""
    cc: NotRequired[list[NamedRecipient]]
    in_copy: NotRequired[bool]
    """Its recipient is not on the ticket: it has no link to the rest of it, and what they answer,
    only staff see."""


class ForwardedMessage(TypedDict):
    """A message of a ticket, as it is forwarded."""

    author_name: str
    author_address: str
    """Both are empty where they are not told."""
    at: str
    """ISO 8601, UTC."""
    text: str


class MessageForwardedOutside(TypedDict):
    """A message that staff forward to somebody outside, with their note."""

    text: str
    """The note, Markdown; may be empty."""
    author_name: str
    forwarded: ForwardedMessage
    attachments: NotRequired[list[AttachedFile]]
    in_copy: NotRequired[bool]
    """As of ``comment_added_customer``."""


class SideMessageOutside(TypedDict):
    """What staff write to somebody outside, beside the customer's conversation."""

    text: str
    """Markdown."""
    author_name: str
    attachments: NotRequired[list[AttachedFile]]
    cc: NotRequired[list[NamedRecipient]]
    """Whom else it was written to."""
    in_copy: NotRequired[bool]
    """As of ``comment_added_customer``."""


class TicketCreatedStaff(TypedDict):
    """A new ticket, to the staff who want to know."""

    requester_name: str
    requester_address: str
    text: str


class CommentAddedStaff(TypedDict):
    """Someone wrote on a ticket, or pressed a button there, to the staff who work on it."""

    author_name: str
    text: str
    someone_else: NotRequired[bool]
    """Whether they are not on the ticket, so that only staff see it."""
    side_subject: NotRequired[str]
    """Of the side conversation that they answered in."""
    by_button: NotRequired[str]
    """What they did without a comment: ``help`` (they still need it) or ``rating``."""
    grade: NotRequired[str]
    """Their rating: a name of ``helpdesk.vocabulary.GRADES``; ``text`` is what they say to it."""


class AssignedStaff(TypedDict):
    """A ticket was given to its recipient."""

    by_name: str
    """Who gave it; empty where Postdesk itself did."""
    text: str
    """The beginning of the newest message on it."""


class MentionedStaff(TypedDict):
    """Someone named the recipient in an internal note."""

    author_name: str
    text: str


class DigestEvent(TypedDict):
    """One line of a digest."""

    kind: str
    """A name of ``helpdesk.mail_out.notification_kinds.STAFF_KINDS``."""
    number: str
    subject: str
    who: str
    text: str
    someone_else: NotRequired[bool]
    by_button: NotRequired[str]
    grade: NotRequired[str]
    """As of ``comment_added_staff``."""


class DigestStaff(TypedDict):
    """What happened in a busy while, in one mail instead of many."""

    events: list[DigestEvent]
    more: int
    """How many more there were than are listed."""


class StatusChangedCustomer(TypedDict):
    """The status changed, and what that means."""

    status: str
    """A name of ``helpdesk.vocabulary.STATUSES``."""


class DeliveryFailedStaff(TypedDict):
    """An answer did not arrive, or nobody knows whether it did: to its author."""

    outcome: str
    """``failed``, ``bounced`` or ``uncertain``."""
    recipient: str
    words: str
    """What the relay said."""
    text: str
    """The beginning of the answer."""


class MailAlarmStaff(TypedDict):
    """Mail may not be coming in, or cannot be written: to the admins."""

    kind: str
    """``silence`` (with mailbox, hours, usual), ``canary`` (with minutes), ``unwritten`` (with
    count, words), or ``fetch`` and ``send`` (with what ``watch_mail`` says of the server)."""
    mailbox: NotRequired[str]
    hours: NotRequired[int]
    usual: NotRequired[int]
    """So many mails usually come in this time."""
    minutes: NotRequired[int]
    count: NotRequired[int]
    words: NotRequired[str]
    """What is wrong with the template, and in which line."""


class CanaryMail(TypedDict):
    """A mail to ourselves, that is to come back."""

    name: str


class SignInLink(TypedDict):
    """A link that signs its recipient in, once. Wiped from the outbox once the mail is gone."""

    path: str
    """The address's path on this installation, token included, such as ``/my/in/<token>``."""
    minutes: int
    """For how long the link works."""
    language: NotRequired[str]
    """What whoever asked for it reads; we may not know the address."""


class ConfirmAddress(SignInLink):
    """A link that adds an address to somebody's own, once they prove that they read its mail."""


class PasswordLinkStaff(SignInLink):
    """A link that sets a new password, once, in the place of one that was forgotten."""


class SurveyCustomer(TypedDict):
    """How did we do? One link a grade, made when the mail is written: ``/t/<token>/rate``."""


class TrackingLink(TypedDict):
    """A fresh link to the ticket's page, for someone who asked for one."""

    verified: NotRequired[bool]
    """False: what was typed into the form, by anybody, is not mailed to who did not write it."""
