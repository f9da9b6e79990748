"""Who comes by a tracking link."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.models import Person, Ticket
from helpdesk.queries.followed_link import follow_link, writer_by_link
from tests.conftest import SECRET
from tests.helpdesk.queries.conftest import in_copy, token
from tests.support.factories import Shop


def test_a_link_speaks_for_whom_it_was_mailed_to(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    in_copy(database, ticket, shop, pending=False)
    with database.reading() as session:
        by_ann = follow_link(session, token(ticket))
        assert (by_ann.ticket.id, by_ann.person_id, by_ann.is_requester) == (
            ticket.id, shop.ann.id, True,
        )  # fmt: skip
        signed_in = follow_link(session, token(ticket), shop.bob.id)
        assert (signed_in.person_id, signed_in.is_requester) == (shop.bob.id, False)
        stranger = follow_link(session, token(ticket), 10**6)
        assert stranger.person_id == shop.ann.id
        assert writer_by_link(session, token(ticket)).ticket_id == ticket.id


def test_who_is_pending_or_was_deactivated_comes_by_no_link(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    in_copy(database, ticket, shop, pending=True)
    bobs = links.tracking_token(SECRET, ticket.id, ticket.link_generation, shop.bob.id)
    with database.transaction() as session:
        session.get_one(Person, shop.ann.id).active = False
    with database.reading() as session:
        for wrong in (bobs, "", "x", bobs[:-1]):
            with pytest.raises(NotFound):
                follow_link(session, wrong)
        with pytest.raises(NotFound):
            writer_by_link(session, token(ticket))
