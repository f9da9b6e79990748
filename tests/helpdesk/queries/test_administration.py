"""What the pages of admins read."""

from __future__ import annotations

import pytest

from helpdesk.actions import edit_person as edit
from helpdesk.actions.edit_category import add_category
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.queries.administration import (
    categories,
    log_page,
    mailbox_of_id,
    people_found,
    person_row,
)
from tests.support.factories import NOW, Shop


def test_people_are_found_by_name_or_address(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        found = people_found(session, shop.admin, "bob@")
        assert [row.addresses for row in found] == [("bob@mail.example",)]
        staff = {row.role for row in people_found(session, shop.admin)}
        assert staff == {"admin", "agent"}, "staff alone, where nobody is looked for"
        row = person_row(session, shop.admin, shop.ann.id)
        assert (row.role, row.active, row.has_password) == ("customer", True, False)
        with pytest.raises(NotFound):
            person_row(session, shop.admin, 10**30)


def test_what_was_changed_is_in_the_log(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        add_category(session, shop.admin, "Repairs", now=NOW)
    with database.reading() as session:
        newest = log_page(session, shop.admin)[0]
        assert (newest.kind, newest.subject, newest.created_at) == ("category", "Repairs", NOW)
        assert newest.id not in [one.id for one in log_page(session, shop.admin, newest.id)]
        assert "Repairs" in [one.label for one in categories(session, shop.admin)]


def test_it_is_all_for_admins(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        assert mailbox_of_id(session, shop.admin, shop.mailbox.id).name == "Shop"
        for read in (people_found, categories, log_page):
            with pytest.raises(NotAllowed):
                read(session, shop.agent)
        with pytest.raises(NotAllowed):
            mailbox_of_id(session, shop.agent, shop.mailbox.id)


def test_people_are_found_by_the_beginning_of_a_name_or_an_address(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        edit.rename_person(session, shop.admin, shop.ann.id, "Ann Lee", now=NOW)

        def ids(search: str) -> list[int]:
            return [one.id for one in people_found(session, shop.admin, search)]

        assert ids("") == [shop.admin.person_id, shop.agent.person_id]
        assert ids("LEE") == ids("ann@mail") == ids("ann l") == [shop.ann.id]
        assert ids("%") == ids("ee") == []
