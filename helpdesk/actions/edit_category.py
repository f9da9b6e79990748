"""Add, rename, and put out of use what tickets may be about. Admins only; each change is logged."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditKind, Category
from helpdesk.text import clean_line
from helpdesk.tickets import audit
from helpdesk.tickets.categories import all_categories, forget_categories
from helpdesk.tickets.seen_form import check_seen

DEFAULT = "other"
"""What a ticket is about until somebody says so: it stays in use."""
_LONGEST = 40


def add_category(session: Session, actor: Actor, label: str, *, now: datetime) -> Category:
    """A new category. Its name, for the API, is made from the label, once and for all.

    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: the label is empty, too long, or there already.
    """
    _check_admin(actor)
    label = _label(session, label)
    category = Category(name=_name_for(session, label), label=label, created_at=now)
    session.add(category)
    session.flush()
    forget_categories(session)
    audit.record(session, actor, AuditKind.CATEGORY, label, "added", new=category.name, now=now)
    return category


def rename_category(
    session: Session,
    actor: Actor,
    category_id: int,
    label: str,
    *,
    seen: str | None = None,
    now: datetime,
) -> Category:
    """Another label for a category; tickets and programs keep its name.

    :param seen: what it was as the form showed it; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed, NotFound, InvalidInput, ChangedMeanwhile:
    """
    category = _category(session, actor, category_id)
    check_seen(session, seen, {"label": category.label}, AuditKind.CATEGORY, category.name)
    label = _label(session, label, category)
    if label != category.label:
        audit.record(
            session, actor, AuditKind.CATEGORY, category.name, "label", old=category.label,
            new=label, now=now,
        )  # fmt: skip
        category.label = label
        forget_categories(session)
    return category


def use_category(
    session: Session, actor: Actor, category_id: int, active: bool, *, now: datetime
) -> Category:
    """Put a category in or out of use. Tickets that have it keep it.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: tickets need the one that they begin with.
    """
    category = _category(session, actor, category_id)
    if category.name == DEFAULT and not active:
        raise InvalidInput("category", f"“{category.label}” is what new tickets begin with.")
    if active != category.active:
        state = ("out of use", "in use")
        audit.record(
            session, actor, AuditKind.CATEGORY, category.label, "state", old=state[category.active],
            new=state[active], now=now,
        )  # fmt: skip
        category.active = active
        forget_categories(session)
    return category


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change categories.")


def _category(session: Session, actor: Actor, category_id: int) -> Category:
    _check_admin(actor)
    category = session.get(Category, category_id, with_for_update=True)
    if category is None:
        raise NotFound("There is no such category.")
    return category


def _label(session: Session, label: str, own: Category | None = None) -> str:
    label = clean_line(label, 200)
    if not 1 <= len(label) <= _LONGEST:
        raise InvalidInput("label", f"A category needs a name of 1 to {_LONGEST} characters.")
    others = (one for one in all_categories(session).values() if one is not own)
    if label.casefold() in {one.label.casefold() for one in others}:
        raise InvalidInput("label", f"There is a category “{label}” already.")
    return label


def _name_for(session: Session, label: str) -> str:
    """``Größe & Farbe`` → ``grosse_farbe``; with a number where that is taken, or empty."""
    plain = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    name = re.sub("[^a-z0-9]+", "_", plain).strip("_") or "category"
    taken = set(session.scalars(select(Category.name)))
    return next(
        candidate
        for number in range(1, len(taken) + 2)
        if (candidate := name if number == 1 else f"{name}_{number}") not in taken
    )
