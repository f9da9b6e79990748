"""The small marks in a row of the queue, each made once: a page shows the same few fifty times."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from helpdesk.tickets.tags import TagOnTicket
from web.labels import initials
from web.rendering import address_of_page, icon, status_label

SHOWN_TAGS = 2
_SIGNS = {"medium": "dot"}


def init_app(app: Flask) -> None:
    """Give the templates these marks, as filters of what they show."""
    app.jinja_env.globals["SAID_PRIORITIES"] = ("urgent", "high")
    app.jinja_env.filters.update(
        priority_button=priority_button,
        priority_chip=priority_chip,
        status_chip=status_chip,
        message_count=message_count,
        assignee_mark=assignee_mark,
        tag_chips=tag_chips,
        tag_chip=tag_chip,
    )


@lru_cache(maxsize=16)
def priority_button(priority: str) -> Markup:
    """A row's priority, and the button that changes it."""
    sign = icon(_SIGNS.get(priority, priority), f"{priority.capitalize()} priority")
    return Markup(
        '<button class="row-priority priority-{0}" type="button" tabindex="-1"'
        ' data-row-change="priority" title="Priority: {0} (p)">{1}</button>'
    ).format(priority, sign)


@lru_cache(maxsize=16)
def priority_chip(priority: str) -> Markup:
    """A priority with its sign, as it stands under a ticket's subject."""
    return Markup('<span class="priority priority-{}">{} {}</span>').format(
        priority, icon(priority), priority.capitalize()
    )


@lru_cache(maxsize=16)
def status_chip(status: str) -> Markup:
    """A status in its colour."""
    label = status_label(status)
    return Markup('<span class="status status-{}">{}</span>').format(status, label)


@lru_cache(maxsize=512)
def message_count(count: int) -> Markup:
    """How many messages a ticket has: the number alone for the eye, the words on hover."""
    unit = "message" if count == 1 else "messages"
    return Markup(
        '<span class="row-count" title="{0} {1}">{0}'
        '<span class="visually-hidden"> {1}</span></span>'
    ).format(count, unit)


@lru_cache(maxsize=512)
def assignee_mark(name: str) -> Markup:
    """The initials of the assignee; an empty circle where the name is empty."""
    if not name:
        return Markup(
            '<span class="nobody" title="Nobody yet">'
            '<span class="visually-hidden">Not assigned</span></span>'
        )
    return Markup(
        '<span class="avatar small staff" title="{0}"><span aria-hidden="true">{1}</span>'
        '<span class="visually-hidden">Assigned to {0}</span></span>'
    ).format(name, initials(name))


def tag_chip(tag: TagOnTicket) -> Markup:
    """A tag in its colour; it leads to the tickets that have it."""
    return _linked_chip(tag, _address_of(tag), Markup(""))


def tag_chips(tags: tuple[TagOnTicket, ...]) -> Markup:
    """A row's tags: the first two, and how many more there are."""
    off = Markup(' tabindex="-1"')
    shown = Markup("").join(_linked_chip(t, _address_of(t), off) for t in tags[:SHOWN_TAGS])
    return _chips_of_row(shown, ", ".join(tag.name for tag in tags[SHOWN_TAGS:]), len(tags))


def _address_of(tag: TagOnTicket) -> str:
    return address_of_page("desk.queue", view="all", q=tag_search(tag.name))


def tag_search(name: str) -> str:
    """The search for a tag."""
    return f'tag:"{name}"' if " " in name else f"tag:{name}"


@lru_cache(maxsize=512)
def _linked_chip(tag: TagOnTicket, address: str, more: Markup) -> Markup:
    return Markup(
        '<a class="tag tag-{0}" href="{1}" title="Tag: {2}"{3}><bdi>{2}</bdi></a>'
    ).format(tag.colour, address, tag.name, more)


@lru_cache(maxsize=512)
def _chips_of_row(shown: Markup, others: str, count: int) -> Markup:
    more = Markup("")
    if others:
        left = count - SHOWN_TAGS
        more = Markup('<span class="more" title="{}">+{}</span>').format(others, left)
    return Markup('<span class="row-tags">{}{}</span>').format(shown, more)
