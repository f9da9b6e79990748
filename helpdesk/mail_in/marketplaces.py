"""Marketplaces that put a relay between buyer and shop: known by the order, not by an alias.

A relay writes each mail of a buyer from an alias that changes with the order, or with the mail:
``<buyer>+<something>@marketplace.amazon.de``. Whose it is stands before the ``+``, and which order
it is about stands where the relay itself puts it: at the end of its subject, in whatever language.
What stands elsewhere, the buyer's name among it, is anybody's to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.same_mailbox import SERVICE_WORDS, mailbox_key, words_of
from helpdesk.text import clean_line, fold_address

_ANY_COUNTRY = r"(?:com?\.)?[a-z]{2,}"
# Not every domain that looks like one is the marketplace's. That opens nothing: whoever owns it
# speaks for aliases of that very domain alone.


@dataclass(frozen=True)
class Marketplace:
    """How one marketplace's relay writes. Patterns; those of subjects hold at their end."""

    name: str
    domain: str
    """The relay's domains."""
    place: str
    """Where the order stands in the subject: group ``order``."""
    number: str
    """What its order numbers look like anywhere: good for a link, and for no more."""
    sender_suffix: str = ""
    """What it adds to a buyer's name."""


_OPEN, _SHUT = r"[(\[（【]", r"[)\]）】]"
_AMAZON = r"(?:\d{3}|D\d{2})-\d{7}-\d{7}"
_EBAY = r"\d{2}-\d{5}-\d{5}"
_DIGITS = r"\d{9,14}"

# All of it is from memory, but for Amazon's alias and the order in brackets at its subject's end.
MARKETPLACES = (
    Marketplace(
        "amazon",
        rf"marketplace\.amazon\.{_ANY_COUNTRY}",
        rf"(?:{_OPEN}[^()\[\]（）\d]{{0,40}})?(?P<order>{_AMAZON})\s*{_SHUT}?",
        _AMAZON,
        r"[-–]\s*amazon\b.*",
    ),
    Marketplace(
        "ebay",
        rf"members\.ebay\.{_ANY_COUNTRY}",
        # An item's number where there is no order yet: "… sent a message about Kettle #28421…". In
        # German a word follows it.
        rf"(?:(?P<order>{_EBAY})|#(?P<item>{_DIGITS}))\s*{_SHUT}?(?:\s+[^\W\d_]{{1,20}}){{0,2}}",
        rf"{_EBAY}|{_DIGITS}",
        r"(?:via|[-–])\s*ebay\b.*",
    ),
    Marketplace(
        "etsy",
        rf"(?:transaction|mail|messages?|conversations?)\.etsy\.{_ANY_COUNTRY}",
        rf"(?:#|{_OPEN}[^()\[\]（）\d]{{0,40}})(?P<order>\d{{9,12}})\s*{_SHUT}?",
        r"\d{9,12}",
        r"(?:via|[-–]|on)\s*etsy\b.*",
    ),
)

# A buyer's part of an alias; not a word that all of a relay's mail may share.
_BUYER = re.compile(r"[a-z0-9][a-z0-9._-]{5,63}")
_SHARED = SERVICE_WORDS | {
    "order", "orders", "transaction", "transactions", "service", "support", "contact", "info",
    "mail", "marketplace", "amazon", "ebay", "etsy",
}  # fmt: skip
_MOST_NUMBERS = 10
_PLACE = 300
"""Characters of a subject's end in which the relay's place is."""
_READ = 5_000
"""Characters of a text that are looked at."""
_DOMAINS = [(one, re.compile(one.domain)) for one in MARKETPLACES]
_PLACES = {one.name: re.compile(rf"(?:{one.place})\s*$", re.IGNORECASE) for one in MARKETPLACES}
_SUFFIXES = {one.name: re.compile(rf"\s+{one.sender_suffix}$", re.I) for one in MARKETPLACES}
# What may be one, found fast: every mail is asked. Not \b after it: in “注文302-…の件” the number
# stands between letters of another script.
_RUN = re.compile(r"[0-9][0-9-]{8,}(?![A-Za-z0-9-])")
_NUMBER = re.compile("|".join(one.number for one in MARKETPLACES))


@dataclass(frozen=True)
class RelayedOrder:
    """The order that a marketplace's relay says a mail is about, and for whose alias."""

    marketplace: str
    number: str
    alias: str
    """What all aliases of this buyer at this relay have in common: see ``mailbox_key``."""


def relay_of(address: str) -> Marketplace | None:
    """The marketplace that gave a buyer this address, if one did."""
    local, _, domain = mailbox_key(address).rpartition("@")
    if not _BUYER.fullmatch(local) or words_of(local) & _SHARED:
        return None
    return next((one for one, pattern in _DOMAINS if pattern.fullmatch(domain)), None)


def relayed_order(mail: Incoming) -> RelayedOrder | None:
    """The order that stands where the relay of the mail's sender puts it; None where none does.

    Whether the relay really sent the mail is its verdict's to say.
    """
    if mail.sender is None or mail.from_field is None:
        return None
    address = fold_address(mail.sender.address)
    marketplace = relay_of(address)
    if marketplace is None or address != fold_address(mail.from_field.address):
        return None
    found = _PLACES[marketplace.name].search(clean_line(mail.subject, _READ)[-_PLACE:])
    if found is None:
        return None
    number = next(value for value in found.groupdict().values() if value)
    return RelayedOrder(marketplace.name, number.upper(), mailbox_key(address))


def named_orders(texts: Iterable[str]) -> tuple[str, ...]:
    """What stands anywhere in these texts and looks like an order's number of a marketplace."""
    found: dict[str, None] = {}
    for text in texts:
        for run in _RUN.finditer(text, 0, _READ):
            before = text[max(run.start() - 2, 0) : run.start()]
            number = run.group()
            if before[-1:] in ("D", "d"):  # an order of what is no thing
                before, number = before[:-1], f"D{number}"
            is_whole = not (before[-1:].isascii() and before[-1:].isalnum()) and before[-1:] != "-"
            if is_whole and _NUMBER.fullmatch(number):
                found[number] = None
    return tuple(found)[:_MOST_NUMBERS]


def buyers_name(address: str, name: str) -> str:
    """A name less what the relay of this address adds to it ("Ann - Amazon Marketplace")."""
    marketplace = relay_of(address)
    return _SUFFIXES[marketplace.name].sub("", name) if marketplace else name
