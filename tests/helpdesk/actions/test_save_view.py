"""Save a search as a view, change it, share it, delete it, and undo that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.save_view import (
    KEPT,
    MOST_VIEWS,
    ViewDraft,
    change_view,
    delete_view,
    restore_view,
    save_view,
)
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, AuditKind, SavedView
from helpdesk.queries.custom_fields import known_fields, shown_columns
from helpdesk.queries.saved_views import all_saved_views, views_for
from helpdesk.queries.views import view_named
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight, Role
from tests.support.factories import NOW, Shop, make_person, make_ticket

REFUNDS = ViewDraft("Refunds", "category:refund", "open", "-created", ("tags", "assignee"))


def saved(database: Database, shop: Shop, draft: ViewDraft = REFUNDS) -> int:
    with database.transaction() as session:
        return save_view(session, shop.agent, draft, now=NOW).id


def test_ones_own_view_is_nobody_elses(database: Database, shop: Shop) -> None:
    view_id = saved(database, shop)
    with database.reading() as session:
        view = view_named(session, shop.agent, f"v{view_id}")
        assert (view.label, view.root, view.search) == ("Refunds", "open", "category:refund")
        assert (view.sort, view.columns) == ("-created", {"tags", "assignee"})
        assert not view.shared
        everybodys = all_saved_views(session)
        assert [one.name for one in views_for(shop.agent, everybodys)] == [f"v{view_id}"]
        assert views_for(shop.admin, everybodys) == []
        with pytest.raises(NotFound):
            view_named(session, shop.admin, f"v{view_id}")
        lines = session.scalars(select(AuditEntry).where(AuditEntry.kind == AuditKind.VIEW)).all()
        assert not lines
    for act in (delete_view, restore_view):
        with pytest.raises(NotFound), database.transaction() as session:
            act(session, shop.admin, view_id, now=NOW)


def test_fields_of_the_team_are_columns_for_those_who_see_them(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
        drafts = (FieldDraft("Size"), FieldDraft("Serial", mailbox_id=other.id))
        size, serial = (add_custom_field(session, shop.admin, one, now=NOW) for one in drafts)
        both = (f"field.{serial.id}", "tags", f"field.{size.id}")
        draft = replace(REFUNDS, columns=both, shared=True)
        view_id = save_view(session, shop.agent, draft, now=NOW).id
        ticket = make_ticket(session, shop.ann)
        set_custom_fields(session, shop.agent, ticket, {"size": "XL"}, now=NOW)
        fields = known_fields(session, shop.agent)
        shown = shown_columns(session, fields, both, [ticket])
        assert shown == {ticket.id: [("Size", "XL"), ("Serial", "")]}
    kept = ["tags", f"field.{size.id}", f"field.{serial.id}"]
    with database.reading() as session:
        assert session.get_one(SavedView, view_id).columns == kept
    # Who does not see the field of another mailbox changes the view, and leaves its column.
    assert shop.agent.person_id
    rights = ((shop.mailbox.id, MailboxRight.MANAGE),)
    here = Actor(shop.agent.person_id, Role.AGENT, rights=rights)
    with database.transaction() as session:
        change_view(session, here, view_id, replace(draft, columns=("files",)), now=NOW)
        assert session.get_one(SavedView, view_id).columns == ["files", f"field.{serial.id}"]
        with pytest.raises(InvalidInput, match="nothing of the kind"):
            save_view(session, here, replace(draft, name="Mine", columns=both), now=NOW)


def test_a_shared_view_is_changed_by_its_owner_and_admins(database: Database, shop: Shop) -> None:
    view_id = saved(database, shop, replace(REFUNDS, shared=True))
    with database.transaction() as session:
        colleague = actor_of(make_person(session, "zoe@shop.example", "agent"))
        assert view_named(session, colleague, f"v{view_id}").label == "Refunds"
        with pytest.raises(NotAllowed):
            change_view(session, colleague, view_id, REFUNDS, now=NOW)
        with pytest.raises(NotAllowed):
            delete_view(session, colleague, view_id, now=NOW)
        with pytest.raises(InvalidInput, match="Only its owner"):
            change_view(session, shop.admin, view_id, replace(REFUNDS, shared=False), now=NOW)
        renamed = replace(REFUNDS, name="Money back", shared=True, position=7)
        change_view(session, shop.admin, view_id, renamed, now=NOW)
        assert session.get_one(SavedView, view_id).owner_id == shop.agent.person_id
        own = replace(renamed, shared=False)
        change_view(session, shop.agent, view_id, own, now=NOW)
        with pytest.raises(NotFound):
            view_named(session, colleague, f"v{view_id}")
        lines = session.scalars(
            select(AuditEntry.field).where(AuditEntry.kind == AuditKind.VIEW)
        ).all()
    assert sorted(lines) == ["added", "name", "place", "shared"]


def test_a_deleted_view_can_be_had_again_for_a_day(database: Database, shop: Shop) -> None:
    view_id = saved(database, shop)
    name = f"v{view_id}"
    with database.transaction() as session:
        delete_view(session, shop.agent, view_id, now=NOW)
        assert all_saved_views(session) == ()
        with pytest.raises(NotFound):
            view_named(session, shop.agent, name)
        with pytest.raises(NotFound):
            delete_view(session, shop.agent, view_id, now=NOW)
        restore_view(session, shop.agent, view_id, now=NOW)
        assert view_named(session, shop.agent, name).label == "Refunds"
        delete_view(session, shop.agent, view_id, now=NOW)
        other = save_view(session, shop.agent, replace(REFUNDS, name="Other"), now=NOW).id
    with database.transaction() as session:
        delete_view(session, shop.agent, other, now=NOW + KEPT + timedelta(hours=1))
        with pytest.raises(NotFound):
            restore_view(session, shop.agent, view_id, now=NOW + KEPT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("name", replace(REFUNDS, name=" ")),
        ("name", replace(REFUNDS, name="x" * 41)),
        ("search", replace(REFUNDS, search="x" * 301)),
        ("search", replace(REFUNDS, search="is:blue")),
        ("base", replace(REFUNDS, base="nowhere")),
        ("sort", replace(REFUNDS, sort="put_away")),
        ("sort", replace(REFUNDS, base="all", sort="waiting")),
        ("columns", replace(REFUNDS, columns=("password",))),
        ("position", replace(REFUNDS, position=-1)),
    ],
)
def test_what_does_not_hold_is_named(
    database: Database, shop: Shop, field: str, draft: ViewDraft
) -> None:
    with pytest.raises(InvalidInput) as refused, database.transaction() as session:
        save_view(session, shop.agent, draft, now=NOW)
    assert refused.value.field == field


def test_two_views_of_one_list_have_two_names(database: Database, shop: Shop) -> None:
    saved(database, shop, replace(REFUNDS, shared=True))
    with database.transaction() as session:
        with pytest.raises(InvalidInput):
            save_view(session, shop.admin, replace(REFUNDS, name="refunds"), now=NOW)
        for number in range(MOST_VIEWS - 1):
            save_view(session, shop.agent, replace(REFUNDS, name=f"{number}"), now=NOW)
        with pytest.raises(InvalidInput, match="too many"):
            save_view(session, shop.agent, replace(REFUNDS, name="one more"), now=NOW)


def test_a_search_of_the_trash_is_saved_of_the_trash(database: Database, shop: Shop) -> None:
    view_id = saved(database, shop, ViewDraft("Thrown away", "in:trash kettle"))
    with database.reading() as session:
        assert view_named(session, shop.agent, f"v{view_id}").root == "trash"


def test_views_are_for_staff(database: Database, shop: Shop) -> None:
    with pytest.raises(NotAllowed), database.transaction() as session:
        save_view(session, actor_of(shop.ann), REFUNDS, now=NOW)
