"""How it goes with mailboxes that send by their own accounts, for those who may see them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.own_relays import is_send_lasting, mailboxes_in_trouble, own_relay_views
from tests.support.factories import NOW, make_shop
from tests.support.own_relays import LOGIN, account_relay, send_by


def test_it_is_shown_to_those_who_see_the_mailbox(database: Database) -> None:
    shop = make_shop(database)
    with account_relay() as relay, database.transaction() as session:
        assert own_relay_views(session, SYSTEM) == ()
        send_by(session, shop.mailbox.id, relay, NOW)
        [view] = own_relay_views(session, shop.agent)
        assert (view.address, view.login, view.sentence) == ("support@shop.example", LOGIN, "")
        assert view.server == f"127.0.0.1:{relay.port}"
        apart = replace(shop.agent, rights=())
        assert own_relay_views(session, apart) == ()
        with pytest.raises(NotAllowed):
            own_relay_views(session, Actor(shop.ann.id, "customer"))
        assert mailboxes_in_trouble(session) == set()
        assert not is_send_lasting(view, NOW)
        assert is_send_lasting(replace(view, trouble="refused", trouble_since=NOW), NOW)
        assert not is_send_lasting(replace(view, trouble="unreachable", trouble_since=NOW), NOW)
