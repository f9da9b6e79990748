"""A list's address: what it narrows a view by, read and written; and the view that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpdesk.errors import NotFound
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.search_query import LONGEST
from helpdesk.queries.views import VIEWS, View, view_named
from helpdesk.vocabulary import Folder
from web.desk.sorting import chosen_sort
from web.options import options
from web.sign_in import signed_in
from web.store import read_session

HOME = "open"
VIEWS_OF_FOLDERS: dict[str, str] = {
    Folder.INBOX: "all",
    Folder.SPAM: "spam",
    Folder.TRASH: "trash",
}
"""Where a search looks that names a folder."""
FIELDS = ("status", "priority", "category", "assignee", "mailbox", "tag", "team")


def known_view(name: str) -> View:
    """The view of this name, for what goes on from it: the desk's home where it is gone."""
    try:
        return view_named(read_session(), signed_in().actor, name)
    except NotFound:
        return VIEWS[HOME]


def queue_filter(values: Mapping[str, str]) -> QueueFilter:
    """What an address, or a form, narrows a view by."""
    asked: dict[str, Any] = {name: values.get(name, "")[:40].strip() for name in FIELDS}
    sort = chosen_sort(values.get("sort", "")[:40], values.get("view", HOME))
    search, known = values.get("q", "")[:LONGEST].strip(), options().of(signed_in().actor).fields
    return QueueFilter(**asked, search=search, sort=sort, known=known)


def address_of(view: str, wanted: QueueFilter, without: str = "") -> dict[str, str]:
    """The values that make up a list's address, less one of them."""
    values = {"view": view, **wanted.fields, "q": wanted.search, "sort": wanted.sort}
    return {name: value for name, value in values.items() if value and name != without}
