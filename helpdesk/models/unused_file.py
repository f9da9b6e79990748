"""A stored file that a deleted row referred to: it goes, unless another row refers to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id


class UnusedFile(Base):
    """Written with the deletion, and gone with the file: a process that dies between forgets none.

    This is no reference to the file.
    """

    __tablename__ = "unused_file"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    cause: Mapped[str]
    """A ``RetentionKind``, ``trash`` or ``erasure``."""
    look_at: Mapped[datetime] = mapped_column(index=True)
    """When to look whether it can go; later again where it was stored anew."""
