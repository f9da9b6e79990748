"""By which other stored files a raw mail is stored: they stay for as long as it does."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base


class StoredPart(Base):
    """A file of a mail that its raw bytes are written out with; see ``Blobs.put_mail``.

    Gone with the raw bytes in the store, and not before: a reference to the part, and none to the
    whole.
    """

    __tablename__ = "stored_part"

    whole_sha256: Mapped[str] = mapped_column(primary_key=True)
    part_sha256: Mapped[str] = mapped_column(primary_key=True, index=True)
