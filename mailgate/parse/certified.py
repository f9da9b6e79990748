"""Italian certified mail (PEC): a provider's mail that brings another one, and its receipts.

The mail is of who wrote the inner one; the provider vouches for it. Anybody can write the fields
that say so: whether the provider is one is decided where the sender is checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailgate.parse.fields import Head
from mailgate.parse.mail import ParsedAttachment, ParsedMail

_INNER_NAME = "postacert.eml"
_OF_THE_INNER = ("auto-submitted", "precedence", "list-", "x-auto", "feedback-id", "x-loop")

PROVIDERS = frozenset(  # all from memory
    {
        "arubapec.it", "cert.actalis.it", "cert.legalmail.it", "legalmail.it", "pec.actalis.it",
        "pec.aruba.it", "pec.infocert.it", "pec.it", "pec.poste.it", "pec.register.it",
        "pecmail.it", "postacertificata.notariato.it", "postacert.it", "postecert.it",
        "sicurezzapostale.it", "telecompost.it", "ticertifica.it", "twtcert.it",
    }
)  # fmt: skip
_PROVIDERS_NAME = "posta-certificata"


def is_provider(address: str) -> bool:
    """Whether this is the address that a known provider sends certified mail from."""
    local, _, domain = address.lower().rpartition("@")
    return local == _PROVIDERS_NAME and domain in PROVIDERS


def is_receipt(head: Head) -> bool:
    """Whether a provider says what became of a certified mail: accepted, delivered, refused."""
    return bool((head.first("x-ricevuta") or "").strip())


def enclosed(head: Head, files: Iterable[ParsedAttachment]) -> ParsedAttachment | None:
    """The mail that a certified mail brings, if it is one."""
    if (head.first("x-trasporto") or "").strip().lower() != "posta-certificata":
        return None
    return next((file for file in files if file.filename.lower() == _INNER_NAME), None)


def unwrapped(outer: ParsedMail, inner: ParsedMail, brought: ParsedAttachment) -> ParsedMail:
    """The inner mail, with what the outer one knows of its way here."""
    provider = outer.sender.address if outer.sender else ""
    return replace(
        inner,
        message_id=inner.message_id or outer.message_id,
        date=inner.date or outer.date,
        in_reply_to=_both(inner.in_reply_to, outer.in_reply_to),
        references=_both(outer.references, inner.references),
        attachments=(
            *inner.attachments,
            *(file for file in outer.attachments if file is not brought),
        ),
        defects=(*outer.defects, f"it is certified mail, brought by {provider}", *inner.defects),
        headers=(
            *outer.headers,
            *(one for one in inner.headers if one[0].startswith(_OF_THE_INNER)),
        ),
        certified_by=provider,
    )


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
