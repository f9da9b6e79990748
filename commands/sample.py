"""``postdesk sample``: a dozen varied mails, sent through the real SMTP port."""

from __future__ import annotations

import smtplib
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from email.mime.text import MIMEText
from email.utils import format_datetime

import click

from commands.demo import add_orders, work_the_queue
from commands.environment import load_settings, now, plain_errors
from helpdesk.db import Database
from helpdesk.settings import Settings

Mail = tuple[str, bytes]
"""The envelope's sender and the raw mail."""


@click.command("sample")
@click.option("--mailbox", default="support@shop.example", help="Where to send them.")
def sample_command(mailbox: str) -> None:
    """Send a dozen varied sample mails to a running Postdesk."""
    from helpdesk import db

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        add_demo_people(database, mailbox, now())
    try:
        count = send_samples(settings, database, mailbox)
    except (OSError, smtplib.SMTPException) as problem:
        raise click.ClickException(f"The mails could not be sent: {problem}") from None
    finally:
        database.dispose()
    click.echo(f"Sent {count} mails to {mailbox}.")


def add_demo_people(database: Database, mailbox: str, at: datetime) -> None:
    """The demo's mailbox, and two colleagues to give tickets to."""
    from helpdesk.actions.set_up import add_mailbox, add_person
    from helpdesk.actor import SYSTEM

    with database.transaction() as session:
        add_mailbox(session, SYSTEM, mailbox, name="Shop support", now=at)
        for address, name in (("maya@localhost", "Maya Lind"), ("tom@localhost", "Tom Okafor")):
            add_person(session, SYSTEM, address, role="agent", name=name, now=at)


def send_samples_once(settings: Settings, mailbox: str) -> None:
    """Send the samples if no ticket was ever made here."""
    from sqlalchemy import select

    from helpdesk import db
    from helpdesk.models import Ticket

    database = db.connect(settings)
    with database.reading() as session:
        if session.scalar(select(Ticket.id).limit(1)) is not None:
            return
    try:
        send_samples(settings, database, mailbox)
    except (OSError, smtplib.SMTPException) as problem:
        click.echo(f"The sample mails could not be sent: {problem}", err=True)
    finally:
        database.dispose()


def send_samples(settings: Settings, database: Database, mailbox: str) -> int:
    """Send them by SMTP; returns how many. The last ones need the first ticket's number."""
    listen = next(listen for listen in settings.smtp_listen if not listen.path)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen.host, listen.host)  # noqa: S104
    count = 0
    add_orders(database, now())
    # The door learns of a new mailbox within a second.
    time.sleep(1.1)
    with smtplib.SMTP(host, listen.port, timeout=20) as client:
        for sender, raw in _mails(mailbox, now(), lambda: _first_number(database)):
            client.sendmail(sender, [mailbox], raw)
            count += 1
        address = work_the_queue(database, now)
        sender, raw = _thanks(address, now())
        client.sendmail(sender, [address], raw)
    return count + 1


def _first_number(database: Database) -> str:
    from sqlalchemy import select

    from helpdesk.models import Ticket

    for _ in range(100):
        with database.reading() as session:
            number = session.scalar(
                select(Ticket.number).where(Ticket.subject == "Parcel late").limit(1)
            )
        if number:
            return number
        time.sleep(0.1)
    return "TKT20200101001"


def _mails(mailbox: str, at: datetime, first_number: Callable[[], str]) -> Iterator[Mail]:
    post = _Writer(mailbox, at)
    yield post.plain(
        "Ann Lee <ann.lee@example.org>",
        "Parcel late",
        "Hello,\n\nIt has been a week and the tracking still says “label created”. It is a birthday"
        " present for Saturday.\nOrder 10077. Can you find out where it is?\n\nThanks\nAnn",
        hours=52,
        message_id="parcel-1@example.org",
    )
    yield post.with_photo()
    yield post.plain(
        "Claire Dubois <claire.dubois@example.fr>",
        "Remboursement de la commande 10082",
        "Bonjour,\n\nj’ai renvoyé les chaussures il y a dix jours, et je n’ai toujours pas reçu "
        "le remboursement.\nPouvez-vous vérifier ?\n\nCordialement,\nClaire Dubois",
        hours=30,
    )
    yield post.japanese()
    yield post.plain(
        "Jürgen Groß <j.gross@example.de>",
        "Größe 42 statt 43 geliefert",
        "Guten Tag,\n\nbestellt habe ich Größe 43, gekommen ist 42. Wie läuft der Umtausch?\n\n"
        "Mit freundlichen Grüßen\nJürgen Groß\n\n-- \nGroß & Söhne, Am Markt 3, Tübingen",
        hours=26,
        charset="iso-8859-1",
    )
    yield post.with_invoice()
    yield post.plain(
        "Priya Nair <priya@example.in>",
        "Charged twice!",
        "My card was charged twice for order 10091 (2 × 84.50). Please refund one of them today, "
        "my rent goes out tomorrow.",
        hours=7,
    )
    first_number()  # the next one answers the first: let that be filed
    yield post.plain(
        "Ann Lee <ann.lee@example.org>",
        "Re: Parcel late",
        "One more thing: the carrier says you never handed it over.\n\n"
        "On Mon, 23 Nov 2026 at 09:12, Ann Lee <ann.lee@example.org> wrote:\n"
        "> It has been a week and the tracking still says “label created”.\n"
        "> Can you find out where it is?\n",
        hours=3,
        extra={"In-Reply-To": "<parcel-1@example.org>", "References": "<parcel-1@example.org>"},
    )
    yield post.plain(
        "Dora Weiss <dora@example.at>",
        "Automatic reply: Your order has shipped",
        "I am out of the office until 1 December and will answer then.",
        hours=2,
        extra={"Auto-Submitted": "auto-replied"},
    )
    yield post.newsletter()
    yield post.plain(
        "Sam Stone <sam@elsewhere.example>",
        f"Re: [{first_number()}] Parcel late",
        "Hi, I would like to know what was said on this ticket.",
        hours=1,
    )
    yield post.plain(
        "Lea Kim <lea@example.kr>",
        "Account: cannot change my e-mail address",
        "The page says “address is not valid” for lea+shop@example.kr, which works everywhere "
        "else.",
        hours=0.2,
    )


def _thanks(address: str, at: datetime) -> Mail:
    """Claire's answer to Maya's answer: it joins by the reply address alone."""
    return _Writer(address, at).plain(
        "Claire Dubois <claire.dubois@example.fr>",
        "Re: Remboursement de la commande 10082",
        "Parfait, merci beaucoup !\n\nClaire\n\n"
        "Le lun. 23 nov. 2026 à 10:12, Shop support a écrit :\n"
        "> votre colis est arrivé chez nous hier.\n",
        hours=0,
        message_id="merci@example.fr",
    )


class _Writer:
    """Writes the mails, each dated some hours before ``at``."""

    def __init__(self, mailbox: str, at: datetime) -> None:
        self._mailbox = mailbox
        self._at = at
        self._made = 0

    def plain(
        self,
        sender: str,
        subject: str,
        text: str,
        *,
        hours: float,
        charset: str = "utf-8",
        message_id: str = "",
        extra: dict[str, str] | None = None,
    ) -> Mail:
        mail = self._begin(sender, subject, hours, message_id)
        mail.set_content(text, charset=charset)
        for name, value in (extra or {}).items():
            mail[name] = value
        return self._done(mail)

    def with_photo(self) -> Mail:
        mail = self._begin("Bob Ray <bob@example.com>", "Wrong item received", 47)
        mail.set_content("I ordered a blue mug and got this red one. See the picture.\n\nBob")
        mail.add_alternative(
            "<p>I ordered a <b style='color:#2255aa'>blue</b> mug and got this "
            "<b style='color:#c0392b'>red</b> one:</p>"
            "<p><img src='cid:mug@example.com' alt='the red mug' width='120'></p><p>Bob</p>",
            subtype="html",
        )
        html = mail.get_body(("html",))
        assert isinstance(html, EmailMessage)
        html.add_related(
            _square(192, 57, 43), "image", "png", cid="<mug@example.com>", filename="mug.png"
        )
        return self._done(mail)

    def with_invoice(self) -> Mail:
        mail = self._begin("Omar Haddad <omar@example.net>", "Invoice for order 10064", 12)
        mail.set_content(
            "Dear team,\n\nthe attached invoice names the wrong company. Could you correct it?\n\n"
            "Omar Haddad\nAccounting"
        )
        mail.add_attachment(
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
            maintype="application",
            subtype="pdf",
            filename="Rechnung Nr. 10064.pdf",
        )
        return self._done(mail)

    def japanese(self) -> Mail:
        text = (
            "お世話になっております。\n\n注文番号10088の配送予定日を教えてください。\n\n山田太郎\n"
        )
        body = MIMEText(text, "plain", "iso-2022-jp")
        body["From"] = f"{Header('山田太郎', 'iso-2022-jp').encode()} <yamada@example.jp>"
        body["To"] = self._mailbox
        body["Subject"] = Header("注文10088の件", "iso-2022-jp").encode()
        body["Date"] = format_datetime(self._at - timedelta(hours=28))
        body["Message-ID"] = "<sample-jp@example.jp>"
        return "yamada@example.jp", body.as_bytes()

    def newsletter(self) -> Mail:
        return self.plain(
            "Parcel News <news@carrier.example>",
            "Our winter delivery times",
            "From 1 December we deliver on Sundays too.",
            hours=1.5,
            extra={
                "List-Id": "<news.carrier.example>",
                "List-Unsubscribe": "<mailto:leave@carrier.example>",
                "Precedence": "bulk",
            },
        )

    def _begin(self, sender: str, subject: str, hours: float, message_id: str = "") -> EmailMessage:
        self._made += 1
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = self._mailbox
        mail["Subject"] = subject
        mail["Date"] = self._at - timedelta(hours=hours)
        mail["Message-ID"] = f"<{message_id or f'sample-{self._made}@example.org'}>"
        return mail

    def _done(self, mail: EmailMessage) -> Mail:
        return str(mail["From"].addresses[0].addr_spec), mail.as_bytes()


def _square(red: int, green: int, blue: int, side: int = 120) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes((red, green, blue)) * side) * side
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
