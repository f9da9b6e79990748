"""Which mails a person or a mailbox has switched off."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk.models import Mailbox, NotificationKind, Person

_AUTOMATIC = frozenset({NotificationKind.CREATED, NotificationKind.STATUS})


def has_complained(person: Person) -> bool:
    """Whether the reader of their address called a mail of ours spam: no automatic mail then."""
    return bool(person.addresses) and person.addresses[0].complained_at is not None


def is_notified_of(kind: NotificationKind, person: Person, mailbox: Mailbox | None) -> bool:
    """Whether this is to be mailed: neither the person nor the mailbox has switched it off.

    An answer is no automatic mail: it goes to somebody who complained, too.
    """
    if kind in _AUTOMATIC and has_complained(person):
        return False
    return not is_muted(kind, person.muted, mailbox.muted if mailbox else ())


def is_muted(
    kind: NotificationKind, by_person: Collection[str], by_mailbox: Collection[str]
) -> bool:
    """Whether a person, or the mailbox, has such mails among those that they switched off."""
    return kind in by_person or kind in by_mailbox
