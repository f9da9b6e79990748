"""The addresses that mail is taken for, read from the database again and again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from helpdesk.mail_addresses import MailAddresses
from helpdesk.models import Mailbox, Ticket, TicketMerge
from helpdesk.vocabulary import UNFINISHED, Status

LOOK_EVERY = timedelta(minutes=1)
"""How often tickets are looked up whose answers are taken at an address that is gone."""


class AddressReader:
    """Reads them from the database, again and again: the tickets only when they may matter."""

    def __init__(self) -> None:
        self._of: frozenset[int] = frozenset()
        self._tickets: dict[int, int] = {}
        self._looked_at: datetime | None = None

    def read(self, session: Session, now: datetime) -> MailAddresses:
        """The addresses of now; the tickets as of the last minute."""
        boxes = session.scalars(select(Mailbox).order_by(Mailbox.id)).all()
        in_use = [box for box in boxes if box.removed_at is None]
        mailboxes = frozenset(box.address for box in in_use)
        receives: dict[str, str] = {}
        for box in in_use:
            for address in box.fed_through:
                if "@" in address and address not in mailboxes:
                    receives.setdefault(address, box.address)
        gone = {
            address: box.address
            for box in boxes
            for address in (*box.former_addresses, *([box.address] if box.removed_at else []))
            if address not in mailboxes and address not in receives
        }
        with_gone = [box for box in boxes if box.address in gone.values()]
        self._look_up(session, with_gone, now)
        paused = frozenset(box.address for box in in_use if box.paused)
        return MailAddresses(mailboxes, receives, paused, gone, self._tickets)

    def _look_up(self, session: Session, boxes: Collection[Mailbox], now: datetime) -> None:
        of = frozenset(box.id for box in boxes)
        age = now - self._looked_at if self._looked_at is not None else None
        # A clock that was set back would otherwise keep them for as long as that.
        if of == self._of and age is not None and timedelta(0) <= age < LOOK_EVERY:
            return
        self._tickets = {}
        for box in boxes:
            self._tickets.update(_not_closed_for_good(session, box, now))
        self._of, self._looked_at = of, now


def _not_closed_for_good(session: Session, box: Mailbox, now: datetime) -> dict[int, int]:
    """The tickets of a mailbox that an answer still reaches, each with its links' generation."""
    closed_after = now - timedelta(days=box.reopening_days)
    rows = session.execute(
        select(Ticket.id, Ticket.link_generation).where(
            or_(Ticket.mailbox_id == box.id, Ticket.mailbox_id.is_(None)),
            # Each of these from an index: closed tickets are many.
            or_(
                Ticket.status.in_((*UNFINISHED, Status.RESOLVED)),
                and_(
                    Ticket.status == Status.CLOSED,
                    Ticket.updated_at >= closed_after,
                    Ticket.closed_at >= closed_after,
                ),
                # Their conversations go on in others.
                Ticket.id.in_(select(TicketMerge.ticket_id)),
            ),
        )
    )
    return {row.id: row.link_generation for row in rows}
