"""A mailbox: an address that Postdesk answers for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id

DEFAULT_REOPENING_DAYS = 14


class Mailbox(Base):
    """An address customers write to, with a name, a signature and defaults."""

    __tablename__ = "mailbox"

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(unique=True)
    """In lower case, without a plus-tag."""
    name: Mapped[str]
    signature: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="#2f5d8a")
    language: Mapped[str] = mapped_column(default="en")
    """The language of its mails and pages, for a reader whose own we do not know or speak."""
    quotes: Mapped[bool] = mapped_column(default=False)
    """Whether the messages before it are quoted under an answer."""
    muted: Mapped[list[str]] = mapped_column(default=list)
    """What nobody is mailed about here: values of ``NotificationKind``."""
    logo_sha256: Mapped[str] = mapped_column(default="")
    """A picture in the blob store, shown at the head of customers' pages; empty for none."""
    survey_minutes: Mapped[int | None] = mapped_column(default=60)
    """How long after a ticket was resolved its customer is asked how it was; None: never."""
    reopening_days: Mapped[int] = mapped_column(default=DEFAULT_REOPENING_DAYS)
    """For how many days an answer to a closed ticket reopens it; after that it starts a new one."""
    fed_through: Mapped[list[str]] = mapped_column(default=list)
    """What else brings its mail: hidden addresses, which mail is taken for and nothing leaves from,
    and mailing lists (names of List-Id)."""
    former_addresses: Mapped[list[str]] = mapped_column(default=list)
    """What its address was before. Reply addresses of then are good even where it is not received
    there any more."""
    forwarded: Mapped[bool] = mapped_column(default=False)
    """Whether servers forward its mail here, which breaks signatures: see
    ``mail_in.forwarded_mailboxes``."""
    forms: Mapped[list[str]] = mapped_column(default=list)
    """Forms and shops whose mail speaks for others (addresses, or ``@`` and a domain): whom their
    Reply-To names is the one who asks."""
    public: Mapped[bool] = mapped_column(default=True)
    """Whether customers' pages name it."""
    has_form: Mapped[bool] = mapped_column(default=True)
    """Whether customers may write to it by the form and the API."""
    asks_reason: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether staff have to say why they change a field of its tickets."""
    team_id: Mapped[int | None] = mapped_column(BigId)
    """The team that its new tickets are given to."""
    paused: Mapped[bool] = mapped_column(default=False)
    """Whether mail to it is put off: the servers that send it wait."""
    removed_at: Mapped[datetime | None]
    """Since when there is none any more. Its tickets stay; of its mail only answers are taken."""
    created_at: Mapped[datetime]
