"""The categories, read once a transaction. ``vocabulary.CATEGORIES`` is the set one starts with."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import Category
from helpdesk.text import clean_line

_KEPT = "postdesk_categories"


def all_categories(session: Session) -> dict[str, Category]:
    """Every category by its name, in the order in which they were added."""
    kept: dict[str, Category] | None = session.info.get(_KEPT)
    if kept is None:
        found = session.scalars(select(Category).order_by(Category.id))
        kept = session.info[_KEPT] = {category.name: category for category in found}
    return kept


def forget_categories(session: Session) -> None:
    """Have the next question read them anew: one was added or changed."""
    session.info.pop(_KEPT, None)


def labels(session: Session, *, active_only: bool = False) -> dict[str, str]:
    """Label by name: of all, or of those that a ticket may be given now."""
    return {
        name: category.label
        for name, category in all_categories(session).items()
        if category.active or not active_only
    }


def check_category(session: Session, name: str) -> str:
    """The name of a category that a ticket may be given now.

    :raises InvalidInput: there is none, or it is no longer in use.
    """
    if name not in labels(session, active_only=True):
        raise InvalidInput("category", f"There is no category “{clean_line(name, 40)}”.")
    return name
