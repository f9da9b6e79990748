"""What admins do to tags: for all tickets that have them, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.edit_tags import colour_tag, delete_tag, merge_tags, rename_tag
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, AuditKind, SavedView, Tag
from helpdesk.tickets.tags import find_or_make_tag, tags_on
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def made(database: Database, shop: Shop) -> list[int]:
    """Three tickets: with ``a``, with ``b``, and with both."""
    found = []
    with database.transaction() as session:
        for names in (["a"], ["b"], ["a", "b"]):
            ticket = make_ticket(session, shop.ann)
            change_tags(session, shop.agent, ticket.id, add=names, now=NOW)
            found.append(ticket.id)
    return found


def tag_id(database: Database, name: str) -> int:
    with database.transaction() as session:
        return find_or_make_tag(session, name, NOW).id


def names(database: Database, tickets: list[int]) -> list[list[str]]:
    with database.reading() as session:
        on = tags_on(session, tickets)
    return [[tag.name for tag in on.get(ticket, ())] for ticket in tickets]


def test_a_new_name_and_a_new_colour(database: Database, shop: Shop, made: list[int]) -> None:
    with database.transaction() as session:
        a = find_or_make_tag(session, "a", NOW)
        rename_tag(session, shop.admin, a.id, "A", now=LATER)
        with pytest.raises(InvalidInput, match="merge"):
            rename_tag(session, shop.admin, a.id, "B", now=LATER)
        colour_tag(session, shop.admin, a.id, "red", now=LATER)
        with pytest.raises(InvalidInput):
            colour_tag(session, shop.admin, a.id, "infrared", now=LATER)
    assert names(database, made) == [["A"], ["b"], ["A", "b"]]
    with database.reading() as session:
        ((tag,),) = tags_on(session, made[:1]).values()
        assert tag.colour == "red"
        log = session.scalars(select(AuditEntry.field).where(AuditEntry.kind == AuditKind.TAG))
        assert sorted(log) == ["colour", "name"]


def test_merged_the_other_stands_wherever_this_one_did(
    database: Database, shop: Shop, made: list[int]
) -> None:
    a, b = tag_id(database, "a"), tag_id(database, "b")
    with database.transaction() as session:
        with pytest.raises(InvalidInput):
            merge_tags(session, shop.admin, a, a, now=LATER)
        assert merge_tags(session, shop.admin, a, b, now=LATER) == 2
    assert names(database, made) == [["b"], ["b"], ["b"]]
    with database.reading() as session:
        assert session.scalars(select(Tag.name)).all() == ["b"]


def test_deleted_it_is_gone_from_all(database: Database, shop: Shop, made: list[int]) -> None:
    a = tag_id(database, "a")
    with database.transaction() as session:
        assert delete_tag(session, shop.admin, a, now=LATER) == 2
    assert names(database, made) == [[], ["b"], ["b"]]
    assert tag_id(database, "new") != a, "the history of tickets names it by its id"


def test_only_admins_may_and_only_what_is_there(
    database: Database, shop: Shop, made: list[int]
) -> None:
    a = tag_id(database, "a")
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            delete_tag(session, shop.agent, a, now=LATER)
        with pytest.raises(NotFound):
            merge_tags(session, shop.admin, a, a + 99, now=LATER)


def test_saved_views_look_for_it_by_its_new_name(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        vip = find_or_make_tag(session, "VIP", NOW).id
        other = find_or_make_tag(session, "key account", NOW).id
        draft = ViewDraft("VIPs", 'tag:vip -tag:"VIP" kettle tag:vips subject:"tag:vip"')
        view = save_view(session, shop.agent, draft, now=NOW).id
        rename_tag(session, shop.admin, vip, "Premium", now=LATER)
        said = session.get_one(SavedView, view).search
        assert said == 'tag:Premium -tag:Premium kettle tag:vips subject:"tag:vip"'
        merge_tags(session, shop.admin, vip, other, now=LATER)
        said = session.get_one(SavedView, view).search
        assert said.startswith('tag:"key account" -tag:"key account" kettle tag:vips')
