"""People whom staff name by typing addresses: in copy of one answer, or as those whom a message is
forwarded to.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.addr_spec import can_be_answered, is_address
from helpdesk.errors import InvalidInput
from helpdesk.models import Person
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.address_owners import check_not_ours
from helpdesk.tickets.people import person_for
from helpdesk.tickets.written_to import NamedPair

MOST_TYPED = 20
"""People in one field: more are a mailing."""
# Commas, semicolons and new lines part addresses, but not within quotes or angle brackets.
_PIECE = re.compile(r"""(?:"[^"\n]*"|<[^>\n]*>|[^,;\n])+""")
_NAMED = re.compile(r"""\s*"?(?P<name>[^"<>]*?)"?\s*<(?P<address>[^<>]+)>\s*""")
_NO_MAIL = "No mail can go to {address}."


@dataclass(frozen=True)
class Copies:
    """Who gets one answer besides the people on the ticket."""

    cc: tuple[Person, ...] = ()
    bcc: tuple[Person, ...] = ()
    """Nobody else learns of these."""

    @property
    def everybody(self) -> tuple[Person, ...]:
        """Both, the open ones first."""
        return (*self.cc, *self.bcc)


def typed_addresses(session: Session, typed: str, field: str) -> list[NamedPair]:
    """Read addresses, with names or without, each once.

    :raises InvalidInput: (``field``) one is no address that mail can go to, or our own; or there
        are too many.
    """
    found: dict[str, NamedPair] = {}
    for piece in _PIECE.findall(typed):
        if not piece.strip():
            continue
        named = _NAMED.fullmatch(piece)
        name, address = named.group("name", "address") if named else ("", piece)
        address = fold_address(address)
        # A name that is another address: nobody can tell which of them is meant.
        is_ambiguous = "@" in name and fold_address(name) != address
        if is_ambiguous or not is_address(address):
            raise InvalidInput(
                field,
                "“{typed}” is not a mail address, such as ann@shop.example.",
                typed=clean_line(piece, 100),
            )
        if not can_be_answered(address):
            raise InvalidInput(field, _NO_MAIL, address=address)
        check_not_ours(session, address, field)
        found.setdefault(address, ("" if "@" in name else clean_line(name, 120), address))
    if len(found) > MOST_TYPED:
        raise InvalidInput(field, f"Name at most {MOST_TYPED} people here.")
    return list(found.values())


def typed_people(session: Session, typed: str, field: str, now: datetime) -> list[Person]:
    """The people at these addresses; new customers where nobody has one.

    :raises InvalidInput: as :func:`typed_addresses`; or one of them was deactivated.
    """
    people: list[Person] = []
    for name, address in typed_addresses(session, typed, field):
        person = person_for(session, address, name, now)
        if not person.active:
            raise InvalidInput(field, "{address} was deactivated.", address=address)
        if not can_be_answered(person.address):
            raise InvalidInput(field, _NO_MAIL, address=person.address)
        if person not in people:
            people.append(person)
    return people


def copies_typed(
    session: Session, cc: str, bcc: str, now: datetime, *, besides: Collection[Person] = ()
) -> Copies:
    """Who is to get an answer in copy: each once, and none who gets it anyway.

    :param besides: who gets it anyway.
    :raises InvalidInput: (``cc``, ``bcc``) as :func:`typed_people`.
    """
    openly = [one for one in typed_people(session, cc, "cc", now) if one not in besides]
    blind = [
        one
        for one in typed_people(session, bcc, "bcc", now)
        if one not in besides and one not in openly
    ]
    return Copies(tuple(openly), tuple(blind))
