"""An anonymised copy of a mail that was read wrongly, for whoever mends the reader."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class ParseReport(Base):
    """Asked for on a page, made by the filer a moment later: reading is its trade."""

    __tablename__ = "parse_report"

    id: Mapped[Id]
    inbound_mail_id: Mapped[int] = mapped_column(BigId, ForeignKey("inbound_mail.id"), unique=True)
    state: Mapped[str] = mapped_column(default="asked", index=True)
    """``asked``, ``made``, or ``failed``."""
    copy_sha256: Mapped[str] = mapped_column(default="")
    differences: Mapped[list[str]] = mapped_column(default=list)
    """What the reader makes of the copy otherwise than of the mail; empty where it is the same."""
    asked_at: Mapped[datetime]
