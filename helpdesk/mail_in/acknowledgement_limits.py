"""How many acknowledgements may leave: the limits keep us from being used to flood somebody.

Anybody can write any address into a From field, and an acknowledgement goes there. So there is a
limit an address, whatever its plus-tags; one a domain, for addresses that are not proven; and one
in all. Counted in the database, so that neither a restart nor a second machine begins anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, ScalarSelect, Text, bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.db import UtcDateTime, policy_of
from helpdesk.models import Acknowledgement
from helpdesk.rows import ask, ask_beside, insert_row, waiting_rows, write_rows
from helpdesk.text import split_tag

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_IN_ALL = "postdesk_acknowledgements_in_all"


def within_limits(session: Session, address: str, *, verified: bool, now: datetime) -> bool:
    """Return whether one more acknowledgement may leave for this address.

    :param verified: the address is proven, so the limit of its domain does not count: a webmail
        provider is one domain with many people.
    """
    policy = policy_of(session)
    sender, domain = _sender_and_domain(address, verified)
    limits = {
        "sender_hour": policy.acknowledgements_sender_hour,
        "sender_day": policy.acknowledgements_sender_day,
        "domain_hour": policy.acknowledgements_domain_hour if domain else 1,
        "in_all": policy.acknowledgements_hour,
    }
    about = {"sender": sender, "domain": domain or None, "hour": now - HOUR, "day": now - DAY}
    waiting = waiting_rows(session, Acknowledgement)
    if any(sender == row["sender"] or (domain and domain == row["domain"]) for row in waiting):
        write_rows(session, (Acknowledgement.__tablename__,))
    if _IN_ALL in session.info:
        sent = (*ask_beside(session, _SENT, **limits, **about).one(), session.info[_IN_ALL])
    else:
        sent = tuple(ask(session, _SENT_AND_IN_ALL, **limits, **about).one())
        session.info[_IN_ALL] = sent[-1]
    return all(count < most for count, most in zip(sent, limits.values(), strict=True))


def count_acknowledgement(
    session: Session, ticket_id: int, address: str, *, verified: bool, now: datetime
) -> None:
    """Count an acknowledgement that leaves, against every limit that its address touches."""
    sender, domain = _sender_and_domain(address, verified)
    if _IN_ALL in session.info:
        session.info[_IN_ALL] += 1
    insert_row(
        session, Acknowledgement, ticket_id=ticket_id, sender=sender, domain=domain, sent_at=now
    )


def _sender_and_domain(address: str, verified: bool) -> tuple[str, str]:
    sender = split_tag(address)[0]
    return sender, "" if verified else sender.rpartition("@")[2]


def _sent_since(since: str, limit: str, *of_whom: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many were sent since then, counted no further than it matters."""
    chosen = (
        select(Acknowledgement.sent_at)
        .where(Acknowledgement.sent_at > bindparam(since, type_=UtcDateTime()), *of_whom)
        .limit(bindparam(limit, type_=Integer()))
    )
    return select(func.count()).select_from(chosen.subquery()).scalar_subquery()


_SENDER = Acknowledgement.sender == bindparam("sender", type_=Text())
_DOMAIN = Acknowledgement.domain == bindparam("domain", type_=Text())
# Made once: every mail that begins a ticket asks it.
_SENT = select(
    _sent_since("hour", "sender_hour", _SENDER).label("sender_hour"),
    _sent_since("day", "sender_day", _SENDER).label("sender_day"),
    _sent_since("hour", "domain_hour", _DOMAIN).label("domain_hour"),
)
_SENT_AND_IN_ALL = _SENT.add_columns(_sent_since("hour", "in_all"))
"""Asked once a transaction: it reads all of the last hour."""
