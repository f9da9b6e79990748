"""The addresses that mail is taken for: all that an SMTP server is told, which asks no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MailAddresses:
    """Where mail is taken, at one moment."""

    mailboxes: frozenset[str]
    """The mailboxes, by their own addresses."""
    receives: Mapping[str, str] = field(default_factory=dict)
    """Hidden addresses, each with the mailbox that gets its mail."""
    paused: frozenset[str] = frozenset()
    """The mailboxes whose mail is put off."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """Addresses of removed mailboxes, and those that mailboxes had before, each with its mailbox:
    only answers with a token of :attr:`open_tickets` are taken there."""
    open_tickets: Mapping[int, int] = field(default_factory=dict)
    """The tickets of mailboxes with such addresses that are not closed for good: the generation of
    their links, by their ids."""
