"""Which mails a person or a mailbox has switched off."""

from __future__ import annotations

from helpdesk.models import Mailbox, Person


def is_notified_of(kind: str, person: Person, mailbox: Mailbox | None) -> bool:
    """Whether this is to be mailed: neither the person nor the mailbox has switched it off.

    :param kind: a name of :data:`helpdesk.mail_out.notifications.KINDS`.
    """
    return kind not in person.muted and (mailbox is None or kind not in mailbox.muted)
