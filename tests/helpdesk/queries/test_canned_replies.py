"""Canned replies to choose from."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_ticket import change_language
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Person, Ticket
from helpdesk.queries.canned_replies import canned_replies, offered_on
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop


@pytest.fixture
def several(database: Database, shop: Shop) -> dict[str, int]:
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "b2b@shop.example", name="B2B", now=NOW)
        drafts = [
            CannedReplyDraft("Any language", "x"),
            CannedReplyDraft("English", "The money is on its way.", language="en"),
            CannedReplyDraft("Deutsch", "Das Geld ist unterwegs.", "geld", language="de"),
            CannedReplyDraft("Deutsch, seltener", "y", language="de"),
            CannedReplyDraft("Own", "z", mailbox_id=shop.mailbox.id),
            CannedReplyDraft("Of another", "z", mailbox_id=other.id),
        ]
        made = {one.name: add_canned_reply(session, shop.agent, one, now=NOW) for one in drafts}
        made["Deutsch"].used_count = 2
        made["Own"].used_count = 9
        return {name: one.id for name, one in made.items()}


def test_those_for_the_ticket_its_language_first_then_the_most_used(
    database: Database, shop: Shop, ticket: Ticket, several: dict[str, int]
) -> None:
    with database.transaction() as session:
        session.get_one(Person, shop.ann.id).language = "de"
    with database.reading() as session:
        found = [one.name for one in offered_on(session, shop.agent, ticket.number)]
    assert found == ["Deutsch", "Deutsch, seltener", "Own", "Any language", "English"]


def test_any_language_that_a_ticket_can_have_is_offered_first(
    database: Database, shop: Shop, ticket: Ticket, several: dict[str, int]
) -> None:
    with database.transaction() as session:
        draft = CannedReplyDraft("Français", "L'argent est en route.", language="fr")
        add_canned_reply(session, shop.agent, draft, now=NOW)
        change_language(session, shop.agent, ticket.id, "fr", now=NOW)
    with database.reading() as session:
        found = [one.name for one in offered_on(session, shop.agent, ticket.number)]
    assert found[:3] == ["Français", "Own", "Any language"]


def test_they_are_found_by_name_shortcut_and_words(
    database: Database, shop: Shop, several: dict[str, int]
) -> None:
    def found(search: str, mailbox_id: int | None = None) -> list[str]:
        with database.reading() as session:
            shown = canned_replies(session, shop.agent, search=search, mailbox_id=mailbox_id)
            return [one.name for one in shown]

    assert found("MONEY way") == ["English"]
    assert found("geld") == ["Deutsch"]
    assert found("deutsch selt") == ["Deutsch, seltener"]
    assert "Of another" in found("")
    assert "Of another" not in found("", shop.mailbox.id)


def test_customers_see_none(database: Database, shop: Shop) -> None:
    with database.reading() as session, pytest.raises(NotAllowed):
        canned_replies(session, actor_of(shop.ann))
