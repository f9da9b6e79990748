"""An anonymised copy of a mail that was read wrongly, for whoever mends the reader."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class ParseReportState(StrEnum):
    """How far the anonymised copy is."""

    ASKED = "asked"
    MADE = "made"
    FAILED = "failed"


class ParseReport(Base):
    """Asked for on a page, made by the filer a moment later: reading is its trade."""

    __tablename__ = "parse_report"

    id: Mapped[Id]
    inbound_mail_id: Mapped[int] = mapped_column(BigId, ForeignKey("inbound_mail.id"), unique=True)
    state: Mapped[ParseReportState] = mapped_column(
        EnumText(ParseReportState), default=ParseReportState.ASKED, index=True
    )
    copy_sha256: Mapped[str] = mapped_column(default="")
    differences: Mapped[list[str]] = mapped_column(default=list)
    """What the reader makes of the copy otherwise than of the mail; empty where it is the same."""
    asked_at: Mapped[datetime]
