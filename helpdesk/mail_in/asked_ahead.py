"""What every mail asks of the database, asked once for all that are filed together.

Of most mails the answer is that there is nothing: no mail like it came before, nobody has its
sender's address, and no rule blocks it. That is noted with the session, and spares three questions
a mail. Where there is something, each asks by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.absent import note_absent
from helpdesk.models import BlockedSender, InboundMail, PersonAddress
from helpdesk.rows import ask
from helpdesk.text import fold_address
from helpdesk.tickets.folders import UNBLOCKED, rules_for
from helpdesk.tickets.people import NOBODY

UNSEEN = "inbound_mail.same_key"
_STEP = 8


def ask_ahead(session: Session, mails: Iterable[tuple[str, str]]) -> None:
    """Ask at once what these mails will ask.

    :param mails: of each its ``same_key``, and the address that it is from; "" where it has none.
    """
    keys, addresses = map(set, zip(*mails, strict=True))
    # What no database keeps as it is would be found under another name.
    addresses = {fold_address(one) for one in addresses if one and one.isprintable()}
    note_absent(session, UNSEEN, keys - _found(session, _SEEN, keys))
    note_absent(session, NOBODY, addresses - _found(session, _OWNED, addresses))
    rules = {one: set(rules_for(one)) for one in addresses}
    blocked = _found(session, _BLOCKED, set().union(*rules.values()))
    note_absent(session, UNBLOCKED, (one for one in addresses if not rules[one] & blocked))


def _found(session: Session, made: Any, values: Collection[str]) -> set[str]:
    """Those of these values that there are."""
    if not values:
        return set()
    # In steps, or each number of values would be a statement of its own to prepare.
    padded = [*values, *[next(iter(values))] * (-len(values) % _STEP)]
    return set(ask(session, made, values=padded).scalars())


def _among(column: InstrumentedAttribute[str]) -> Any:
    return select(column).where(column.in_(bindparam("values", expanding=True)))


_SEEN = _among(InboundMail.same_key)
_OWNED = _among(PersonAddress.address)
_BLOCKED = _among(BlockedSender.address)
