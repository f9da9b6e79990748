"""The sample mails: a dozen as customers write them, in several languages and forms."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from email.mime.text import MIMEText
from email.utils import format_datetime

Mail = tuple[str, bytes]
"""The envelope's sender and the raw mail."""


def opening_mails(mailbox: str, at: datetime) -> Iterator[Mail]:
    """The mails that begin tickets, the first of them “Parcel late”."""
    post = _SampleWriter(mailbox, at)
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


def later_mails(mailbox: str, at: datetime, first_number: str) -> Iterator[Mail]:
    """The mails that come once “Parcel late” is filed, under ``first_number``."""
    post = _SampleWriter(mailbox, at, "later")
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
        f"Re: [{first_number}] Parcel late",
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


def answer_to_the_answer(address: str, at: datetime) -> Mail:
    """Claire's answer to Maya's answer: it joins by the reply address alone."""
    return _SampleWriter(address, at).plain(
        "Claire Dubois <claire.dubois@example.fr>",
        "Re: Remboursement de la commande 10082",
        "Parfait, merci beaucoup !\n\nClaire\n\n"
        "Le lun. 23 nov. 2026 à 10:12, Shop support a écrit :\n"
        "> votre colis est arrivé chez nous hier.\n",
        hours=0,
        message_id="merci@example.fr",
    )


class _SampleWriter:
    """Writes the mails, each dated some hours before ``at``."""

    def __init__(self, mailbox: str, at: datetime, series: str = "sample") -> None:
        self._mailbox = mailbox
        self._at = at
        self._series = series
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
        mail["Message-ID"] = f"<{message_id or f'{self._series}-{self._made}@example.org'}>"
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
