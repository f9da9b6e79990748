"""Which mails a person or a mailbox has switched off."""

from __future__ import annotations

from helpdesk.models import Mailbox, NotificationKind, Person


def is_notified_of(kind: NotificationKind, person: Person, mailbox: Mailbox | None) -> bool:
    """Whether this is to be mailed: neither the person nor the mailbox has switched it off."""
    return kind not in person.muted and (mailbox is None or kind not in mailbox.muted)
