"""Addresses that are one mailbox: told apart by a plus-tag, or by two names of one provider."""

from __future__ import annotations

import re

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.addr_spec import spellings, wire_domain
from helpdesk.models import Person, PersonAddress
from helpdesk.text import fold_address, split_tag
from helpdesk.tickets.people import person_at

# Each provider under all its names; a mailbox at one of them is the same person's at the others.
_NAMES = (
    ("gmail.com", "googlemail.com"),
    ("icloud.com", "me.com", "mac.com"),  # from memory
    ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),  # from memory
    ("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"),  # from memory
)
_MOST_COMPARED = 50
_DOTS_MEAN_NOTHING = frozenset({"gmail.com"})
"""Providers who give a mailbox to nobody else that differs in dots alone."""
_ONE_NAME = {name: names[0] for names in _NAMES for name in names}

# What services write before the "+" for everybody: who it is stands after it.
_SERVICE_WORDS_LISTED = """
no not do dont reply noreply donotreply replies response responses answer answers message messages
msg conversation conversations convo convos thread threads comment comments discussion discussions
notification notifications notify notifier alert alerts relay proxy forwarder mailer daemon bounce
bounces unsubscribe ticket tickets issue issues member members user users buyer buyers seller
sellers guest guests customer customers antwort antworten nachricht nachrichten reponse reponses
respuesta respuestas risposta risposte resposta respostas
"""
SERVICE_WORDS = frozenset(_SERVICE_WORDS_LISTED.split())
_BETWEEN_WORDS = re.compile(r"[._-]+")


def words_of(local: str) -> frozenset[str]:
    """The words of a local part (folded)."""
    return frozenset(_BETWEEN_WORDS.split(local))


def mailbox_key(address: str) -> str:
    """Return what all addresses of one mailbox have in common."""
    base, at, domain = split_tag(address)[0].rpartition("@")
    domain = _ONE_NAME.get(domain, _in_ascii(domain))
    if domain in _DOTS_MEAN_NOTHING:
        base = base.replace(".", "")
    return f"{base}{at}{domain}"


def _in_ascii(domain: str) -> str:
    """The domain in one form, whichever of the two a mail client wrote (RFC 5890 2.3.2.1)."""
    try:
        return domain if domain.isascii() else wire_domain(domain)
    except UnicodeError:
        return domain


def is_same_mailbox(one: str, other: str) -> bool:
    """Whether mail to both addresses comes to one mailbox, and to one person there."""
    key = mailbox_key(one)
    local, at, _ = key.rpartition("@")
    if not local or not at or key != mailbox_key(other):
        return False
    return not words_of(local) <= SERVICE_WORDS or split_tag(one)[1] == split_tag(other)[1]


def reader_of(session: Session, address: str) -> Person | None:
    """Who reads the mail to this address: the person who has it, or else another address of the
    same mailbox. None where nobody has, or where several have one each.
    """
    known = person_at(session, address)
    if known is not None:
        return known
    local, _, domain = split_tag(address)[0].rpartition("@")
    names = next((names for names in _NAMES if domain in names), spellings(domain))
    if not local:
        return None
    of_one = [
        PersonAddress.address.startswith(f"{local}+", autoescape=True)
        & PersonAddress.address.endswith(f"@{name}", autoescape=True)
        for name in names
    ]
    bare = [f"{local}@{name}" for name in names]
    found = session.scalars(
        select(PersonAddress)
        .where(or_(PersonAddress.address.in_(bare), *of_one))
        .order_by(PersonAddress.id)
        .limit(_MOST_COMPARED)
    ).all()
    same = [one for one in found if is_same_mailbox(one.address, fold_address(address))]
    # Whoever has it without a tag is the one whom all the others lead to.
    readers = {one.person_id for one in same if one.address in bare}
    readers = readers or {one.person_id for one in same}
    return session.get_one(Person, readers.pop()) if len(readers) == 1 else None
