"""Two addresses that are one mailbox: told apart by a plus-tag, or by two names of one provider."""

from __future__ import annotations

from helpdesk.text import split_tag

# Each provider under all its names; a mailbox at one of them is the same person's at the others.
_NAMES = (
    ("gmail.com", "googlemail.com"),
    ("icloud.com", "me.com", "mac.com"),  # from memory
    ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),  # from memory
    ("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"),  # from memory
)
_ONE_NAME = {name: names[0] for names in _NAMES for name in names}


def mailbox_key(address: str) -> str:
    """Return what all addresses of one mailbox have in common."""
    base, at, domain = split_tag(address)[0].rpartition("@")
    return f"{base}{at}{_ONE_NAME.get(domain, domain)}"


def is_same_mailbox(one: str, other: str) -> bool:
    """Whether mail to both addresses comes to one mailbox."""
    key = mailbox_key(one)
    return key.partition("@")[0] != "" and "@" in key and key == mailbox_key(other)
