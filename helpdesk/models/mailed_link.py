"""A link that was mailed to prove an address: whoever opens it reads that address's mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class LinkPurpose(StrEnum):
    """What a mailed link is for."""

    SIGN_IN = "sign_in"
    ADD_ADDRESS = "add_address"
    SET_PASSWORD = "set_password"  # noqa: S105 (a purpose, no password)


class MailedLink(Base):
    """One mailed link: good once, and for half an hour. Only the hash of its token is kept.

    It knows the address alone: whether a person has it is first asked when the link is used, so
    that asking for one costs and answers the same for every address.
    """

    __tablename__ = "mailed_link"
    __table_args__ = (Index("ix_mailed_link_address", "address", "made_at"),)

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(EnumText(LinkPurpose))
    address: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Who wants to add the address to their own; empty for signing in."""
    made_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
