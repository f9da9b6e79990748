"""Mails as customers write them, made up, and the same ones in every run."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

MAILBOX = "support@shop.example"
ATTACHMENT_SIZE = 200_000

_WORDS = (
    "order|parcel|invoice|delivery|courier|address|refund|colour|broken|yesterday|message|answer|"
    "please|thanks|kettle|blender|jacket|voucher|account|payment|twice|never|arrived|wrong|tracking"
)


@dataclass(frozen=True)
class Mail:
    """A mail as a client hands it over."""

    sender: str
    message_id: str
    content: bytes


def new_mails(count: int, run: str) -> list[Mail]:
    """Mails that each begin a ticket, from different people."""
    return [_mail(run, index) for index in range(count)]


def mixed(count: int, run: str, parents: list[Mail]) -> list[Mail]:
    """60 % begin a ticket, 30 % answer one of ``parents``, 10 % bring an attachment of 200 kB."""
    mails = []
    for index in range(count):
        kind = index % 10
        if kind in (2, 5, 8):
            mails.append(_mail(run, index, answers=parents[index % len(parents)]))
        else:
            mails.append(_mail(run, index, attachment=kind == 9))
    return mails


def _mail(run: str, index: int, *, answers: Mail | None = None, attachment: bool = False) -> Mail:
    chance = random.Random(f"{run}-{index}")
    message = EmailMessage(policy=SMTP)
    # Several domains: Postdesk acknowledges only so many mails an hour of one.
    sender = answers.sender if answers else f"{run}-{index}@mail{index % 20}.example"
    message["From"] = f"Customer {index} <{sender}>"
    message["To"] = MAILBOX
    message["Subject"] = ("Re: " if answers else "") + f"{_some(chance, 5)} {run}-{index}"
    message["Date"] = format_datetime(
        datetime(2026, 11, 23, 9, 0, tzinfo=UTC) + timedelta(seconds=index)
    )
    message_id = f"<{run}.{index}.{chance.getrandbits(40):x}@mail.example>"
    message["Message-ID"] = message_id
    text = "\n\n".join(_some(chance, chance.randint(20, 60)).capitalize() + "." for _ in range(3))
    if answers:
        message["In-Reply-To"] = message["References"] = answers.message_id
        text += "\n\nOn Mon, 23 Nov 2026 at 09:00, Shop wrote:\n> We have your message.\n> Thanks."
    message.set_content(text)
    message.add_alternative(f"<p>{text.replace(chr(10), '<br>')}</p>", subtype="html")
    if attachment:
        message.add_attachment(
            chance.randbytes(ATTACHMENT_SIZE), "image", "jpeg", filename=f"photo-{index}.jpg"
        )
    return Mail(sender, message_id, message.as_bytes())


def _some(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS.split("|"), k=count))
