"""Settings in the browser: a mailbox."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.edit_mailbox import MailboxSettings, edit_mailbox, set_forwarded
from helpdesk.actions.set_up import add_mailbox
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Mailbox
from tests.helpdesk.actions.administration import BOX, logged
from tests.support.factories import NOW, Shop


def test_a_mailbox_is_set_up_or_the_field_is_named(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        box = edit_mailbox(session, shop.admin, shop.mailbox.id, BOX, now=NOW)
        assert (box.name, box.colour, box.language, box.reopening_days) == (
            "Help", "#aa2200", "de", 30)  # fmt: skip
        assert box.fed_through == ["list@x.example", "old@x"]
        fields = [row[1] for row in logged(session) if row[0] == "support@shop.example"]
        assert {"name", "signature", "colour", "language", "reopening_days"} <= set(fields)
        for field, wrong in (("name", " \n"), ("colour", "red"), ("colour", '"><script>'),
                             ("language", "xx"), ("reopening_days", "-1"),
                             ("reopening_days", "soon"), ("reopening_days", "9" * 30),
                             ("signature", "x" * 3000),
                             ("fed_through", "in@inbound.example\nnonsense"),
                             ("fed_through", "a b@inbound.example"), ("fed_through", "a@b@c.d"),
                             ("fed_through", "@x.example")):  # fmt: skip
            settings = MailboxSettings(**{**vars(BOX), field: wrong})
            with pytest.raises(InvalidInput) as refused:
                edit_mailbox(session, shop.admin, shop.mailbox.id, settings, now=NOW)
            assert refused.value.field == field, wrong
        add_mailbox(session, shop.admin, "second@shop.example", now=NOW)
        assert logged(session)[-1] == ("second@shop.example", "added", "", "Second")
        assert session.scalar(select(Mailbox.name).where(Mailbox.id == box.id)) == "Help"


def test_hidden_addresses_are_kept_without_what_stands_around_them(
    database: Database, shop: Shop
) -> None:
    typed = "<Help.lists.example>\nin+shop@inbound.example\n\nIN@inbound.example "
    settings = MailboxSettings(**{**vars(BOX), "fed_through": typed})
    with database.transaction() as session:
        box = edit_mailbox(session, shop.admin, shop.mailbox.id, settings, now=NOW)
        assert box.fed_through == ["help.lists.example", "in@inbound.example"]


def test_whether_its_mail_is_forwarded_is_set_by_admins_and_logged(
    database: Database, shop: Shop
) -> None:
    address = "Support@shop.example"
    with database.transaction() as session:
        for forwarded in (True, True, False):
            set_forwarded(session, shop.admin, address, forwarded, now=NOW)
        forwarded_too = MailboxSettings(**{**vars(BOX), "forwarded": True})
        assert edit_mailbox(session, shop.admin, shop.mailbox.id, forwarded_too, now=NOW).forwarded
        said = [row[2:] for row in logged(session) if row[1] == "forwarded"]
        assert said == [("no", "yes"), ("yes", "no"), ("no", "yes")]
        with pytest.raises(NotAllowed):
            set_forwarded(session, shop.agent, address, True, now=NOW)
        with pytest.raises(NotFound):
            set_forwarded(session, shop.admin, "no@shop.example", True, now=NOW)
