"""Which order of a marketplace a mail is about, where the marketplace's own relay says so."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class MarketplaceOrder(Base):
    """A mail on a ticket that a marketplace relayed for its buyer, and the order that it names."""

    __tablename__ = "marketplace_order"

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comment.id"), unique=True)
    """The comment that the mail is: it goes along where that is moved."""
    marketplace: Mapped[str]
    """A name of ``helpdesk.mail_in.marketplaces.MARKETPLACES``."""
    number: Mapped[str] = mapped_column(index=True)
    alias: Mapped[str] = mapped_column(index=True)
    """What all aliases of this buyer at this relay have in common."""
    proven: Mapped[bool] = mapped_column(default=False)
    """Whether the relay's domain proves the mail, and others than staff may see it."""
