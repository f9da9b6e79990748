"""A door that mail comes in by, behind a front server that says what its check of senders was."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import Comment, InboundMail, OutboundMail, Person, Ticket, TicketLink
from helpdesk.tickets.people import person_at
from mailgate.filing.filer import Filer
from mailgate.spool.spool import Envelope, Spool
from tests.mailgate.filing.mails import NOW, SUPPORT, file_all, write
from tests.support.factories import Shop

FRONT = "192.0.2.25"
BEHIND_A_FRONT_SERVER = {
    "AUTH": "front",
    "TRUSTED_AUTHSERV": "mx.shop.example",
    "SMTP_EXEMPT": FRONT,
}
"""Settings by name."""


def url_of(database: Database) -> str:
    """Where a test's database is, for settings of one's own."""
    return str(database.engine.url.render_as_string(hide_password=False))


class Door:
    """Mail comes in by a front server that says what the check of the sender was."""

    def __init__(self, filer: Filer, spool: Spool, database: Database, shop: Shop) -> None:
        self._filer, self._spool = filer, spool
        self.database, self.shop = database, shop
        self._count = 0

    def take(
        self,
        sender: str,
        subject: str,
        text: str = "Where is my kettle?",
        verdict: str = "pass",
        *,
        to: str = SUPPORT,
        **fields: str,
    ) -> InboundMail:
        """File a mail; what the ledger says of it.

        :param sender: a whole From field, or an address.
        """
        self._count += 1
        fields.setdefault("Message_ID", f"<m{self._count}@client.example>")
        raw = write(subject, text, sender=sender, **fields)
        domain = sender.rstrip(">").rpartition("@")[2]
        return self.take_raw(raw.decode(), domain, verdict, to=to)

    def take_raw(
        self, raw: str, domain: str, verdict: str = "pass", *, to: str = SUPPORT
    ) -> InboundMail:
        """File a mail of this domain as it stands."""
        name = self.put_raw(raw, domain, verdict, to=to)
        self.file_all()
        return self.row_of(name)

    def put_raw(self, raw: str, domain: str, verdict: str = "pass", *, to: str = SUPPORT) -> str:
        """Have a mail wait to be filed; its name in the spool."""
        checked = f"Authentication-Results: mx.shop.example; dmarc={verdict} header.from={domain}"
        envelope = Envelope("bounce@relay.example", (to,), peer=FRONT, received_at=NOW)
        writer = self._spool.begin(envelope)
        writer.write(f"{checked}\r\n{raw}".encode())
        return writer.commit()

    def file_all(self) -> None:
        """File whatever waits."""
        file_all(self._filer, self._spool)

    def row_of(self, name: str) -> InboundMail:
        """What the ledger says of a mail."""
        with self.database.reading() as session:
            return session.scalars(select(InboundMail).where(InboundMail.spool_name == name)).one()

    def answer(self, ticket_id: int | None, text: str = "On its way.") -> str:
        """Answer a ticket; where that goes."""
        with self.database.transaction() as session:
            reply(session, self.shop.agent, ticket_id or 0, Answer(text), now=NOW)
        return self.outbox()[-1].recipient

    def outbox(self) -> list[OutboundMail]:
        with self.database.reading() as session:
            mails = session.scalars(select(OutboundMail).order_by(OutboundMail.id)).all()
        return [one for one in mails if one.template == "comment_added_customer"]

    def tickets(self) -> list[Ticket]:
        with self.database.reading() as session:
            return list(session.scalars(select(Ticket).order_by(Ticket.id)))

    def said_on(self, ticket_id: int | None) -> list[tuple[str, bool]]:
        """What stands on a ticket, and whether staff alone see it."""
        with self.database.reading() as session:
            found = session.scalars(
                select(Comment).where(Comment.ticket_id == ticket_id).order_by(Comment.id)
            )
            return [(one.reply_text.strip(), one.internal) for one in found]

    def links(self) -> list[tuple[int, int, str]]:
        with self.database.reading() as session:
            found = session.scalars(select(TicketLink).order_by(TicketLink.id))
            return [(one.ticket_id, one.other_id, one.kind) for one in found]

    def person(self, address: str) -> Person:
        with self.database.reading() as session:
            found = person_at(session, address)
            assert found is not None
            assert found.addresses
            return found
