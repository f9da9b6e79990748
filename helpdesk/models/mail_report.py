"""A report on our mail that was read and not filed on a ticket: what it counted, who complained."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class MailReportKind(StrEnum):
    """Who counts what."""

    DMARC = "dmarc"
    """A provider's mails in the name of a domain, and whether they passed (RFC 7489)."""
    TLS = "tls"
    """A provider's connections to a domain's servers (RFC 8460)."""
    COMPLAINT = "complaint"
    """Somebody called a mail of ours spam (RFC 5965)."""


class MailReport(Base):
    """One report. For a complaint, ``address`` says who complained, and there are no counts."""

    __tablename__ = "mail_report"
    __table_args__ = (Index("ix_mail_report_received_at", "received_at"),)

    id: Mapped[Id]
    inbound_mail_id: Mapped[int] = mapped_column(BigId, ForeignKey("inbound_mail.id"), unique=True)
    kind: Mapped[MailReportKind] = mapped_column(EnumText(MailReportKind))
    organisation: Mapped[str] = mapped_column(default="")
    """Who reports."""
    domain: Mapped[str] = mapped_column(default="")
    """The domain that the report is about."""
    begins_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    passed: Mapped[int] = mapped_column(BigInteger, default=0)
    failed: Mapped[int] = mapped_column(BigInteger, default=0)
    dispositions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was done with the mails that failed, and how many."""
    policy: Mapped[str] = mapped_column(default="")
    """The policy that the domain published then."""
    address: Mapped[str] = mapped_column(default="")
    """Who complained, in lower case; empty where nobody can tell."""
    received_at: Mapped[datetime]
