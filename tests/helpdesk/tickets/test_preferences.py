"""Which mails a person or a mailbox has switched off."""

from __future__ import annotations

from helpdesk.models import Mailbox, NotificationKind, Person
from helpdesk.tickets.preferences import is_notified_of

KIND = NotificationKind.NEW_TICKET


def test_either_may_switch_a_kind_off() -> None:
    hears, deaf = Person(muted=[]), Person(muted=[KIND])
    tells, silent = Mailbox(muted=[]), Mailbox(muted=[KIND])
    assert is_notified_of(KIND, hears, tells)
    assert is_notified_of(KIND, hears, None)
    assert not is_notified_of(KIND, deaf, tells)
    assert not is_notified_of(KIND, deaf, None)
    assert not is_notified_of(KIND, hears, silent)
    assert is_notified_of(NotificationKind.MENTIONED, deaf, silent)
