"""Words to tell a journey in: customers who write mail, and an agent at the desk.

Customers know only what a mail client knows: the mails that reached them. What Postdesk made of a
mail is read from its database.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from types import MappingProxyType
from typing import TypeVar

from playwright.sync_api import Page
from sqlalchemy import Select, select

from helpdesk.db import Database, connect
from helpdesk.models import AfterSending, Comment, InboundMail, Person, Ticket, TicketLink
from helpdesk.settings import load
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until

Row = TypeVar("Row")

SUPPORT = "support@shop.example"
AGENT = "agent@shop.example"
PASSWORD = "a long enough password"


class Shop:
    """A running Postdesk with one mailbox and one agent."""

    def __init__(self, postdesk: RunningPostdesk) -> None:
        self.postdesk = postdesk
        self.database: Database = connect(load(postdesk.environment))
        postdesk.command("mailbox", "add", SUPPORT, "--name", "Shop")
        postdesk.command("person", "add", AGENT, "--role", "agent", "--password-stdin",
                         stdin=PASSWORD)  # fmt: skip
        with self.database.transaction() as session:
            # No journey waits for the time to undo, but the one that tells of it.
            for person in session.scalars(select(Person)):
                person.undo_seconds = 0
                person.after_sending = AfterSending.STAY
        wait_until("the SMTP server knows the mailbox", self._smtp_server_knows_the_mailbox)

    def customer(self, address: str, name: str = "") -> Customer:
        return Customer(self, address, name or address.partition("@")[0].title())

    def ticket_of(self, mail: EmailMessage) -> Ticket:
        """The ticket that a mail landed on, once it is filed."""
        message_id = str(mail["Message-ID"]).strip("<>")
        wait_until(f"“{mail['Subject']}” is filed", lambda: self._filed(message_id) is not None)
        filed = self._filed(message_id)
        assert filed is not None
        return filed

    def comments(self, ticket: Ticket) -> list[Comment]:
        chosen = select(Comment).where(Comment.ticket_id == ticket.id).order_by(Comment.id)
        return self._read(chosen)

    def links(self, ticket: Ticket) -> list[tuple[int, str]]:
        """The tickets that this one names, and how."""
        with self.database.reading() as session:
            chosen = select(TicketLink.other_id, TicketLink.kind)
            rows = session.execute(chosen.where(TicketLink.ticket_id == ticket.id))
            return [(other_id, kind) for other_id, kind in rows]

    def now(self, ticket: Ticket) -> Ticket:
        """The same ticket as it stands now."""
        return self._read(select(Ticket).where(Ticket.id == ticket.id))[0]

    def inbound(self, message_id: str) -> InboundMail:
        """What is recorded of a mail that was decided about."""
        (found,) = self._read(select(InboundMail).where(InboundMail.message_id == message_id))
        return found

    def wait_until_filed(self, message_id: str) -> None:
        """Wait until a mail that was released stands on a ticket."""
        wait_until("it is filed", lambda: self._filed(message_id) is not None)

    def wait_until_held(self, count: int) -> None:
        """Wait until so many mails are in quarantine."""
        wait_until(f"{count} are held", lambda: self.postdesk.ledger()["held"] == count)

    def _filed(self, message_id: str) -> Ticket | None:
        chosen = select(Ticket).join(InboundMail, InboundMail.ticket_id == Ticket.id)
        found = self._read(chosen.where(InboundMail.message_id == message_id))
        return found[0] if found else None

    def _read(self, chosen: Select[Row]) -> list[Row]:
        """Rows as they stand now, free of the session that read them."""
        with self.database.reading() as session:
            rows = list(session.scalars(chosen))
            session.expunge_all()
            return rows

    def _smtp_server_knows_the_mailbox(self) -> bool:
        with smtplib.SMTP("127.0.0.1", self.postdesk.smtp_port, timeout=5) as client:
            client.ehlo()
            client.mail("someone@mail.example")
            return client.rcpt(SUPPORT)[0] == 250


@dataclass(frozen=True)
class Customer:
    """Someone with a mail client."""

    shop: Shop
    address: str
    name: str

    def writes(
        self,
        subject: str,
        text: str = "Hello,\n\nplease help.\n",
        *,
        to: str = SUPPORT,
        html: str = "",
        pictures: Mapping[str, bytes] = MappingProxyType({}),
    ) -> EmailMessage:
        """Write a new mail, with HTML too where given, and its pictures by their content ids."""
        mail = self._mail(subject, text, to)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, content in pictures.items():
            part = mail.get_body(("html",))
            assert part
            part.add_related(content, "image", "png", cid=f"<{name}>", filename=f"{name}.png")
        return self._send(mail)

    def answers(
        self, mail: EmailMessage, text: str, *, by: str = "as mail clients do"
    ) -> EmailMessage:
        """Answer a mail: ``by`` "references", "subject" or "reply address" alone, or by all."""
        everything = by == "as mail clients do"
        assert everything or by in ("references", "subject", "reply address")
        reply_to = str(mail["Reply-To"] or mail["From"])
        subject = f"Re: {mail['Subject']}" if everything or by == "subject" else "My kettle"
        to = reply_to if everything or by == "reply address" else SUPPORT
        answer = self._mail(subject, text, to)
        if everything or by == "references":
            answer["In-Reply-To"] = str(mail["Message-ID"])
            answer["References"] = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
        return self._send(answer)

    def receives(self, words: str) -> EmailMessage:
        """The newest mail to this customer with these words in it, once it has come."""
        wait_until(f"{self.name} gets a mail with “{words}”", lambda: self._inbox(words))
        return self._inbox(words)[-1]

    @property
    def inbox(self) -> list[EmailMessage]:
        return self._inbox("")

    def _inbox(self, words: str) -> list[EmailMessage]:
        return [
            mail
            for mail in self.shop.postdesk.sent()
            if self.address in str(mail["Delivered-To"]) and words in text_of(mail)
        ]

    def _mail(self, subject: str, text: str, to: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"{self.name} <{self.address}>"
        mail["To"], mail["Subject"] = to, subject
        mail["Message-ID"] = make_msgid(domain=self.address.partition("@")[2])
        mail.set_content(text)
        return mail

    def _send(self, mail: EmailMessage) -> EmailMessage:
        with smtplib.SMTP("127.0.0.1", self.shop.postdesk.smtp_port, timeout=10) as client:
            client.send_message(mail, from_addr=self.address)
        return mail


def text_of(mail: EmailMessage) -> str:
    """Subject and plain text of a mail."""
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


@dataclass(frozen=True)
class Desk:
    """An agent at the desk, in a browser."""

    page: Page
    url: str

    def sign_in(self, address: str = AGENT, password: str = PASSWORD) -> None:
        self.page.goto(f"{self.url}/desk/login")
        self.page.get_by_label("Email").fill(address)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def open_view(self, view: str) -> None:
        self.page.goto(f"{self.url}/desk?view={view}")

    def open_ticket(self, subject: str) -> None:
        """Open a ticket by its subject from the list that is shown."""
        self.page.get_by_role("link", name=subject).first.click()
        self.page.get_by_role("heading", level=1, name=subject).wait_for()

    def reply(self, text: str) -> None:
        self.page.locator("#reply-text").fill(text)
        self.page.locator(".reply-form [data-send]").click()
        self.page.locator(".message.staff", has_text=text).wait_for()

    def set_undo(self, seconds: int) -> None:
        """For how long one's answers can be taken back."""
        self.page.goto(f"{self.url}/desk/me")
        self.page.get_by_label("Seconds to undo").fill(str(seconds))
        self.page.get_by_role("button", name="Save").first.click()
        self.page.get_by_text("Saved.").wait_for()

    def note(self, text: str) -> None:
        self.page.locator(".tab-note").click()
        self.page.locator("#note-text").fill(text)
        self.page.locator(".note-form [data-send]").click()
        self.page.locator(".message.note", has_text=text).wait_for()
