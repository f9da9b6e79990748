"""Everything in a mail that names a ticket: looked up here, weighed in helpdesk.mail_in.routing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.db import keys_of
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.marketplace_orders import orders_named
from helpdesk.mail_in.routing import NamedTicket, Signal, SignalKind
from helpdesk.mail_in.same_mailbox import is_same_mailbox
from helpdesk.mail_in.side_signals import SideFinder
from helpdesk.models import Participant, Person, PersonAddress, ThreadId, Ticket
from helpdesk.rows import ask
from helpdesk.text import fold_address, split_tag
from helpdesk.tickets.mailboxes import all_mailboxes
from helpdesk.tickets.merged import current_ticket
from helpdesk.tickets.reopening import reopening_days
from helpdesk.vocabulary import STAFF_ROLES, Status

NUMBER = re.compile(r"\bTKT\d{8}\d{3,9}\b", re.IGNORECASE)

MOST_IDS = 1000
"""Of a longer References field the first and the last are looked at: the root and the parents."""
MOST_NAMED = 60
"""Of the mails that are known, the nearest."""


def find_signals(session: Session, mail: Incoming, sender_id: int | None) -> list[Signal]:
    """All the signals of a mail whose tickets exist and whose tokens are ours and not revoked."""
    finder = _Finder(session, sender_id, fold_address(mail.sender.address) if mail.sender else "")
    known = finder.known_mails(named_ids(mail))
    return [
        *finder.tokens(_tags(mail), known),
        *finder.message_ids(known),
        *finder.numbers(dict.fromkeys(n.upper() for n in NUMBER.findall(mail.subject))),
        *finder.orders(mail),
    ]


_WAY = frozenset(
    {
        "delivered-to", "x-delivered-to", "x-original-to", "envelope-to", "x-envelope-to",
        "x-forwarded-to", "x-forwarded-for", "resent-to",
    }
)  # fmt: skip
"""What servers write about the addresses that a mail came by. A token is a right wherever it
stands: who can write it here could write it into To."""
_MOST_ON_WAY = 20
_ADDRESS = re.compile(r"[^\s<>,;\"]{1,256}@[^\s<>,;\"]{1,255}")


def _tags(mail: Incoming) -> Iterable[str]:
    addresses = [*mail.arrival.envelope_to, *(named.address for named in (*mail.to, *mail.cc))]
    way = (one for name, value in mail.headers if name in _WAY for one in _ADDRESS.findall(value))
    addresses += islice(way, _MOST_ON_WAY)
    return dict.fromkeys(tag for _, tag in map(split_tag, addresses) if tag)


def named_ids(mail: Incoming) -> list[str]:
    """The Message-IDs that a mail names, the nearest first: its parent, then its References."""
    ids = list(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))
    return ids if len(ids) <= MOST_IDS else ids[: MOST_IDS - 5] + ids[-5:]


_THREADS = select(
    ThreadId.id,
    ThreadId.message_id,
    ThreadId.ticket_id,
    ThreadId.comment_id,
    ThreadId.minted_for_id,
    ThreadId.recipients,
    ThreadId.side_conversation_id,
).where(ThreadId.message_id.in_(bindparam("ids", expanding=True, type_=ThreadId.message_id.type)))
_ON_IT = select(Participant.person_id).where(
    Participant.ticket_id == bindparam("ticket_id", type_=Participant.ticket_id.type),
    Participant.pending.is_(False),
)
_ADDRESSES = (
    select(PersonAddress.person_id, PersonAddress.address)
    .join(Person, Person.id == PersonAddress.person_id)
    .where(
        PersonAddress.person_id.in_(
            bindparam("ids", expanding=True, type_=PersonAddress.person_id.type)
        ),
        Person.role.not_in(STAFF_ROLES),
        Person.active.is_(True),
    )
    .order_by(PersonAddress.id)
)


class _Finder:
    def __init__(self, session: Session, sender_id: int | None, address: str) -> None:
        """
        :param sender_id: who has the sender's address, if anybody has.
        :param address: the sender's, folded.
        """
        self._session = session
        self._sender_id, self._address = sender_id, address
        self._keys = keys_of(session)
        self._known: dict[int, NamedTicket] = {}
        self._sides = SideFinder(session, self._keys, self._named)

    def tokens(self, tags: Iterable[str], known: Sequence[Row[Any]]) -> Iterable[Signal]:
        for tag in tags:
            right = links.read_reply_token(self._keys, tag)
            if right is None:
                yield from self._sides.token(tag)
                continue
            ticket = self._session.get(Ticket, right.ticket_id)
            if ticket is not None and ticket.link_generation == right.generation:
                # The token itself is a secret: the record of the decision shows its beginning.
                goes_on = self._moved_to(right, known) or ticket.id
                yield Signal(SignalKind.TOKEN, tag[:8] + "…", self._named(goes_on), right.person_id)

    def _moved_to(self, right: links.ReplyRight, known: Sequence[Row[Any]]) -> int | None:
        """Where the mail is now that is answered to this reply address, if staff moved it since.

        Our Message-ID tells on which ticket it was made, and its row on which it is.
        """
        of_ticket = (row for row in known if row.side_conversation_id is None)
        theirs = next((row for row in of_ticket if row.minted_for_id == right.person_id), None)
        if theirs is None or theirs.ticket_id == right.ticket_id:
            return None
        made_there = links.is_minted_for(
            self._keys, theirs.message_id, right.ticket_id, right.person_id
        )
        return theirs.ticket_id if made_there else None

    def known_mails(self, ids: list[str]) -> list[Row[Any]]:
        """The mails on tickets that have one of these Message-IDs, the nearest first."""
        if not ids:
            return []
        rows = ask(self._session, _THREADS, ids=ids).all()
        # The mail itself comes before those that only name it.
        place = {message_id: index for index, message_id in enumerate(ids)}
        nearest = sorted(
            rows, key=lambda row: (place[row.message_id], row.comment_id is None, row.id)
        )
        return nearest[:MOST_NAMED]

    def message_ids(self, known: Sequence[Row[Any]]) -> Iterable[Signal]:
        for row in known:
            if row.side_conversation_id is not None:
                yield from self._sides.message_id(row, self._sender_id, self._address)
                continue
            ticket = self._named(row.ticket_id)
            minted = row.minted_for_id is not None and (
                row.minted_for_id in (self._sender_id, ticket.same_mailbox_id)
                and links.is_minted_for(
                    self._keys, row.message_id, row.ticket_id, row.minted_for_id
                )
            )
            yield Signal(
                SignalKind.MINTED_ID if minted else SignalKind.MESSAGE_ID,
                row.message_id,
                ticket,
                row.minted_for_id if minted else None,
                self._address in row.recipients,
                any(is_same_mailbox(one, self._address) for one in row.recipients),
            )

    def numbers(self, numbers: Iterable[str]) -> Iterable[Signal]:
        for number in list(numbers)[:5]:
            ticket = self._session.scalar(select(Ticket).where(Ticket.number == number))
            if ticket is not None:
                yield Signal(SignalKind.NUMBER, number, self._named(ticket.id))

    def orders(self, mail: Incoming) -> Iterable[Signal]:
        for one in orders_named(self._session, mail):
            yield Signal(
                SignalKind.ORDER,
                one.number,
                self._named(one.ticket_id),
                same_buyer=one.same_buyer,
            )

    def _named(self, ticket_id: int) -> NamedTicket:
        """The ticket where the conversation goes on that this one began."""
        if ticket_id not in self._known:
            self._known[ticket_id] = self._read(current_ticket(self._session, ticket_id))
        return self._known[ticket_id]

    def _read(self, ticket: Ticket) -> NamedTicket:
        on_it = set(ask(self._session, _ON_IT, ticket_id=ticket.id).scalars())
        on_it.add(ticket.requester_id)
        all_mailboxes(self._session)  # so that the ticket finds its own in the session
        return NamedTicket(
            id=ticket.id,
            number=ticket.number,
            closed_at=ticket.closed_at if ticket.status == Status.CLOSED else None,
            reopening_days=reopening_days(ticket),
            participants=frozenset(on_it),
            requester_id=ticket.requester_id,
            same_mailbox_id=self._same_mailbox(on_it),
            mailbox_id=ticket.mailbox_id,
        )

    def _same_mailbox(self, on_it: set[int]) -> int | None:
        """Who of these people has the sender's mailbox under another address."""
        if self._sender_id in on_it or not self._address:
            return None
        rows = ask(self._session, _ADDRESSES, ids=sorted(on_it)).all()
        others = [row for row in rows if row.address != self._address]
        return next(
            (row.person_id for row in others if is_same_mailbox(row.address, self._address)), None
        )
