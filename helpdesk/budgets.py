"""How many acknowledgements may leave: what keeps us from being used to flood somebody.

Anybody can write any address into a From field, and an acknowledgement goes there. So there is a
budget an address, whatever its plus-tags; one a domain, for addresses that are not proven; and one
in all. Counted in the database, so that neither a restart nor a second machine begins anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.orm import Session

from helpdesk.db import insert_row, policy_of
from helpdesk.models import Acknowledgement
from helpdesk.text import split_tag

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def spend_acknowledgement(
    session: Session, ticket_id: int, address: str, *, verified: bool, now: datetime
) -> bool:
    """Take one acknowledgement out of every budget that this address touches.

    :param verified: the address is proven, so no budget of its domain limits it: a webmail
        provider is one domain with many people.
    :returns: False where one of the budgets is spent; nothing is taken then.
    """
    policy, sent = policy_of(session), Acknowledgement
    sender = split_tag(address)[0]
    domain = "" if verified else sender.rpartition("@")[2]
    limits = [
        (policy.acknowledgements_sender_hour, HOUR, sent.sender == sender),
        (policy.acknowledgements_sender_day, DAY, sent.sender == sender),
        (policy.acknowledgements_hour, HOUR, true()),
    ]
    if domain:
        limits.append((policy.acknowledgements_domain_hour, HOUR, sent.domain == domain))
    # One question: every mail that begins a ticket asks it.
    spent = session.execute(
        select(*(_sent_since(now - span, of_whom, most) for most, span, of_whom in limits))
    ).one()
    if any(count >= most for count, (most, _, _) in zip(spent, limits, strict=True)):
        return False
    insert_row(session, sent, ticket_id=ticket_id, sender=sender, domain=domain, sent_at=now)
    return True


def _sent_since(since: datetime, of_whom: ColumnElement[bool], most: int) -> ScalarSelect[int]:
    """How many were sent since then, counted no further than it matters."""
    chosen = select(Acknowledgement.sent_at).where(Acknowledgement.sent_at > since, of_whom)
    return select(func.count()).select_from(chosen.limit(most).subquery()).scalar_subquery()
