"""What a ticket can be narrowed by or given to: staff and mailboxes, kept for some seconds."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from helpdesk.queries.mailboxes import MailboxView, mailboxes
from helpdesk.queries.people import PersonView, staff
from helpdesk.tickets.categories import labels
from web.kept import Kept
from web.store import reading

_KEY = "postdesk.choices"


@dataclass(frozen=True)
class Choices:
    """The names that a filter offers."""

    staff: tuple[PersonView, ...]
    mailboxes: tuple[MailboxView, ...]
    categories: dict[str, str]
    """Label by name, of those in use."""
    all_categories: dict[str, str]


def attach(app: Flask) -> None:
    """Keep the choices of this process, and give the templates the categories."""
    app.extensions[_KEY] = Kept(_read, seconds=5)
    app.jinja_env.filters["category_label"] = category_label
    app.jinja_env.globals["categories"] = lambda: choices().categories
    app.jinja_env.globals["all_categories"] = lambda: choices().all_categories


def choices() -> Choices:
    """The choices, at most some seconds old: staff who changed one see it at once."""
    kept: Kept[Choices] = current_app.extensions[_KEY]
    return kept.get()


def category_label(name: str) -> str:
    """A category as people read it."""
    return choices().all_categories.get(name, name)


def forget_choices() -> None:
    """Have them read anew: one was added or changed."""
    current_app.extensions[_KEY].forget()


def _read() -> Choices:
    session = reading()
    in_use = labels(session, active_only=True)
    return Choices(staff(session), mailboxes(session), in_use, labels(session))
