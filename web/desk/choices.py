"""What a ticket can be narrowed by or given to: staff and mailboxes, kept for some seconds."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from helpdesk.queries.mailboxes import MailboxView, mailboxes
from helpdesk.queries.people import PersonView, staff
from helpdesk.vocabulary import CATEGORIES
from web.kept import Kept
from web.store import reading

_KEY = "postdesk.choices"


@dataclass(frozen=True)
class Choices:
    """The names that a filter offers."""

    staff: tuple[PersonView, ...]
    mailboxes: tuple[MailboxView, ...]
    categories: dict[str, str]
    """Label by name."""

    def category_label(self, name: str) -> str:
        return self.categories.get(name, name)


def attach(app: Flask) -> None:
    """Keep the choices of this process."""
    app.extensions[_KEY] = Kept(_read, seconds=5)


def choices() -> Choices:
    """The choices, at most some seconds old: staff who changed one see it at once."""
    kept: Kept[Choices] = current_app.extensions[_KEY]
    return kept.get()


def forget_choices() -> None:
    """Have them read anew: one was added or changed."""
    current_app.extensions[_KEY].forget()


def _read() -> Choices:
    session = reading()
    return Choices(staff(session), mailboxes(session), CATEGORIES)
