"""The gateways and the parts of every machine: what each said of itself last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class Gateway(Base):
    """One SMTP server with its own spool and journal, and what it counted last.

    It counts where its spool is; the rest of Postdesk, on whatever machine, reads it here.
    """

    __tablename__ = "gateway"

    id: Mapped[Id]
    spool_id: Mapped[str] = mapped_column(unique=True)
    """Stands in the spool's folder: a gateway that is called differently stays the same one."""
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str]
    """Of the data folder: the parts of this gateway say the same (:class:`RunningPart`)."""
    machine: Mapped[str]
    version: Mapped[str]
    seen_at: Mapped[datetime]
    """When it counted, by the database's clock: those of the machines may differ."""
    accepted: Mapped[int] = mapped_column(BigId, default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    oldest_seconds: Mapped[int | None]
    """For how long the mail waits that has waited longest."""
    disk_free: Mapped[int | None] = mapped_column(BigId)
    """Bytes, on the disk of its spool."""
    disk_is_full: Mapped[bool] = mapped_column(default=False)
    """Whether it refuses mail for that."""
    counted: Mapped[int] = mapped_column(BigId, default=0)
    """How many of its mails have a row in the ledger, of the rows up to ``counted_to``."""
    counted_to: Mapped[int] = mapped_column(BigId, default=0)
    """The id of a row of the ledger: newer ones are counted each time."""
    difference: Mapped[int] = mapped_column(default=0)
    """Accepted, less waiting, less those that have a row; counted where the spool is."""
    retired_at: Mapped[datetime | None]
    """When it was given up: nobody waits for a sign of life from it."""
    has_older: Mapped[bool] = mapped_column(default=False)
    """Whether the mails are its own that carry no gateway: they came before gateways had names."""


class GatewayHour(Base):
    """What a gateway accepted in one hour; of the last days."""

    __tablename__ = "gateway_hour"
    __table_args__ = (UniqueConstraint("gateway_id", "hour"),)

    id: Mapped[Id]
    gateway_id: Mapped[int] = mapped_column(BigId)
    hour: Mapped[datetime]
    """In which the mails began to come, as their names say."""
    accepted: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)


class RunningPart(Base):
    """A part of Postdesk on one machine: the door, the filer, the worker, the web."""

    __tablename__ = "running_part"
    __table_args__ = (UniqueConstraint("place", "part"),)

    id: Mapped[Id]
    place: Mapped[str]
    part: Mapped[str]
    machine: Mapped[str]
    version: Mapped[str]
    knows: Mapped[str] = mapped_column(default="", server_default="")
    """The newest migration that its code has; empty: code of before that was told."""
    began_at: Mapped[datetime]
    """When this process, or the first of several, began to say so."""
    seen_at: Mapped[datetime]
    """By the database's clock."""
