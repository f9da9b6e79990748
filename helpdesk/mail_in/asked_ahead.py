"""What every mail asks of the database, asked once for all that are filed together.

Of most mails the answer is that there is nothing: no mail like it came before, nobody has its
sender's address, and no rule blocks it. That is noted with the session, and spares three questions
a mail. Where there is something, each asks by itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.absent import note_absent
from helpdesk.models import BlockedSender, InboundMail, PersonAddress
from helpdesk.rows import ask
from helpdesk.text import fold_address
from helpdesk.tickets.folders import UNBLOCKED, rules_for
from helpdesk.tickets.people import NOBODY

UNSEEN = "inbound_mail.same_key"
FEWEST = 3
"""Of fewer mails each asks by itself: that is no more, and such a question is simpler."""

_Column = InstrumentedAttribute[str]


def ask_ahead(session: Session, mails: Sequence[tuple[str, str]]) -> None:
    """Ask at once what these mails will ask.

    :param mails: of each its ``same_key``, and the address that it is from; "" where it has none.
    """
    if len(mails) < FEWEST:
        return
    keys = {key for key, _ in mails}
    # What no database keeps as it is would be found under another name.
    addresses = {fold_address(one) for _, one in mails if one and one.isprintable()}
    note_absent(session, UNSEEN, keys - _found(session, InboundMail.same_key, keys))
    note_absent(session, NOBODY, addresses - _found(session, PersonAddress.address, addresses))
    rules = {one: set(rules_for(one)) for one in addresses}
    blocked = _found(session, BlockedSender.address, set().union(*rules.values()))
    note_absent(session, UNBLOCKED, (one for one in addresses if not rules[one] & blocked))


def _found(session: Session, column: _Column, values: Collection[str]) -> set[str]:
    """Those of these values that stand in a column."""
    dialect = session.get_bind().dialect.name
    # One value that holds them all: else each number of values were a statement of its own.
    given = json.dumps(list(values)) if dialect == "sqlite" else list(values)
    return set(ask(session, _among(column, dialect), values=given).scalars())


@cache
def _among(column: _Column, dialect: str) -> Any:
    if dialect == "sqlite":
        each = func.json_each(bindparam("values", type_=Text())).table_valued("value")
        return select(column).where(column.in_(select(each.c.value)))
    return select(column).where(column == any_(bindparam("values", type_=ARRAY(Text))))
