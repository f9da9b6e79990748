"""The API tokens that there are, for admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import ApiToken, Person
from helpdesk.queries.people import PersonView, view_person


@dataclass(frozen=True)
class TokenView:
    """A token, without the token: that was shown once."""

    id: int
    label: str
    person: PersonView
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def api_tokens(session: Session, actor: Actor) -> tuple[TokenView, ...]:
    """Every token, newest first, those that hold before the revoked ones.

    :raises NotAllowed: the actor is no admin.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may see the tokens.")
    rows = session.scalars(
        select(ApiToken)
        .options(selectinload(ApiToken.person).selectinload(Person.addresses))
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    )
    return tuple(
        TokenView(
            row.id,
            row.label,
            view_person(row.person),
            tuple(row.scopes),
            row.created_at,
            row.last_used_at,
            row.revoked_at,
        )
        for row in rows
    )
