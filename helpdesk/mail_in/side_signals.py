"""What in a mail names a side conversation: part of :mod:`helpdesk.mail_in.signals`.

A mail that names none asks the database nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.db import AnyRow
from helpdesk.mail_in.routing import NamedTicket, Signal, SignalKind
from helpdesk.mail_in.side_rights import NamedSide
from helpdesk.models import SideConversation, SidePerson


class SideFinder:
    """Looks up the side conversations that one mail names, each once."""

    def __init__(
        self, session: Session, keys: links.Keys, named: Callable[[int], NamedTicket]
    ) -> None:
        """
        :param named: gives the ticket where the conversation goes on that one began.
        """
        self._session, self._keys, self._named = session, keys, named
        self._known: dict[int, tuple[SideConversation, NamedSide] | None] = {}

    def token(self, tag: str) -> Iterable[Signal]:
        """The signal of a reply address, where it is one of a side conversation and not revoked."""
        right = links.read_side_token(self._keys, tag)
        found = self._side(right.side_id) if right else None
        if right is None or found is None or found[0].link_generation != right.generation:
            return
        ticket = self._named(found[0].ticket_id)
        # The token itself is a secret: the record of the decision shows its beginning.
        words = tag[:8] + "…"
        yield Signal(SignalKind.SIDE_TOKEN, words, ticket, right.person_id, side=found[1])

    def message_id(self, row: AnyRow, sender_id: int | None, address: str) -> Iterable[Signal]:
        """The signal of a Message-ID that was seen in a side conversation.

        :param row: of the thread index.
        :param address: the sender's, folded.
        """
        found = self._side(row.side_conversation_id)
        if found is None:
            return
        side = found[1]
        minted = row.minted_for_id is not None and (
            row.minted_for_id == sender_id
            and links.is_minted_in_side(self._keys, row.message_id, side.id, row.minted_for_id)
        )
        yield Signal(
            SignalKind.SIDE_MINTED_ID if minted else SignalKind.SIDE_MESSAGE_ID,
            row.message_id,
            self._named(found[0].ticket_id),
            row.minted_for_id if minted else None,
            address in row.recipients,
            side=side,
        )

    def _side(self, side_id: int) -> tuple[SideConversation, NamedSide] | None:
        if side_id not in self._known:
            self._known[side_id] = self._read(side_id)
        return self._known[side_id]

    def _read(self, side_id: int) -> tuple[SideConversation, NamedSide] | None:
        side = self._session.get(SideConversation, side_id)
        if side is None:
            return None
        people = select(SidePerson.person_id).where(SidePerson.side_conversation_id == side_id)
        return side, NamedSide(side.id, frozenset(self._session.scalars(people)))
