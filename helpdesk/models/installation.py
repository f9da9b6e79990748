"""What this installation is known by, on whatever machine a part of it runs."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base


class InstallationFact(Base):
    """A fact by its name, such as the fingerprint of the secret that signs."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
