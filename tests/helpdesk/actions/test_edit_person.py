"""Settings in the browser: people; who may change anything there, and the log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from helpdesk.actions import edit_person as edit
from helpdesk.actions.api_tokens import issue_token, right_of_token
from helpdesk.actions.deactivate_person import deactivate_person, reactivate_person
from helpdesk.actions.edit_category import add_category, rename_category, use_category
from helpdesk.actions.edit_mailbox import edit_mailbox
from helpdesk.actions.set_up import add_person
from helpdesk.actions.sign_in import check_password
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Person
from helpdesk.queries.administration import categories, log_page, people_found
from tests.helpdesk.actions.administration import BOX, logged
from tests.support.factories import NOW, Shop


def test_only_admins_may(database: Database, shop: Shop) -> None:
    agent, ann = shop.agent, Actor(shop.ann.id, "customer")
    tries: tuple[Callable[[Session, Actor], object], ...] = (
        lambda s, a: edit.rename_person(s, a, shop.bob.id, "x", now=NOW),
        lambda s, a: edit.change_role(s, a, shop.bob.id, "admin", now=NOW),
        lambda s, a: deactivate_person(s, a, shop.bob.id, heir_id=None, now=NOW),
        lambda s, a: reactivate_person(s, a, shop.bob.id, now=NOW),
        lambda s, a: edit.reset_password(s, a, shop.bob.id, now=NOW),
        lambda s, a: edit.add_address(s, a, shop.bob.id, "b@x.example", now=NOW),
        lambda s, a: edit.remove_address(s, a, shop.bob.id, "bob@mail.example", now=NOW),
        lambda s, a: edit_mailbox(s, a, shop.mailbox.id, BOX, now=NOW),
        lambda s, a: add_category(s, a, "Gifts", now=NOW),
        lambda s, a: rename_category(s, a, 1, "Gifts", now=NOW),
        lambda s, a: use_category(s, a, 1, False, now=NOW),
        lambda s, a: people_found(s, a),
        lambda s, a: categories(s, a),
        lambda s, a: log_page(s, a),
    )
    with database.transaction() as session:
        before = len(logged(session))
        for attempt in tries:
            for actor in (agent, ann, Actor(shop.admin.person_id, "nobody")):
                with pytest.raises(NotAllowed):
                    attempt(session, actor)
        assert len(logged(session)) == before
        with pytest.raises(NotFound):
            edit.rename_person(session, shop.admin, 10**30, "x", now=NOW)


def test_a_person_s_changes_count_at_once_and_are_logged(database: Database, shop: Shop) -> None:
    admin = shop.admin
    with database.transaction() as session:
        person = session.get_one(Person, shop.bob.id)
        began = len(logged(session))
        edit.rename_person(session, admin, person.id, "Bob Ray\r\n", now=NOW)
        edit.change_role(session, admin, person.id, "agent", now=NOW)
        edit.change_role(session, admin, person.id, "agent", now=NOW)
        password = edit.reset_password(session, admin, person.id, now=NOW)
        assert check_password(session, "bob@mail.example", password) is person
        edit.add_address(session, admin, person.id, " Bob@Work.example", now=NOW)
        assert check_password(session, "bob@work.example", password) is person
        edit.remove_address(session, admin, person.id, "bob@mail.example", now=NOW)
        token = issue_token(session, admin, "bob@work.example", NOW, scopes=["read"])
        generation = person.session_generation
        deactivate_person(session, admin, person.id, heir_id=None, now=NOW)
        assert right_of_token(session, token, now=NOW) is None
        assert person.session_generation > generation, "every session ends"
        with pytest.raises(NotAllowed):
            check_password(session, "bob@work.example", password)
        reactivate_person(session, admin, person.id, now=NOW)
        assert right_of_token(session, token, now=NOW) is None, "what ended stays ended"
        assert logged(session)[began:] == [
            ("bob@mail.example", "name", "", "Bob Ray"),
            ("bob@mail.example", "role", "customer", "agent"),
            ("bob@mail.example", "password", "", ""),
            ("bob@mail.example", "address", "", "bob@work.example"),
            ("bob@work.example", "address", "bob@mail.example", ""),
            ("bob@work.example", "token issued", "", "read"),
            ("bob@work.example", "state", "active", "deactivated"),
            ("bob@work.example", "state", "deactivated", "active"),
        ]
        assert all(password not in part for row in logged(session) for part in row)


def test_one_admin_is_always_left_and_nobody_loses_their_address(
    database: Database, shop: Shop
) -> None:
    admin = shop.admin
    assert admin.person_id
    with database.transaction() as session:
        for attempt, field in (
            (lambda: edit.change_role(session, admin, admin.person_id or 0, "agent", now=NOW),
             "role"),
            (lambda: deactivate_person(session, admin, admin.person_id or 0, heir_id=None,
                                       also_oneself=True, now=NOW), "active"),
            (lambda: add_person(session, admin, "admin@shop.example", role="customer", now=NOW),
             "role"),
            (lambda: edit.change_role(session, admin, shop.bob.id, "king", now=NOW), "role"),
            (lambda: edit.add_address(session, admin, shop.bob.id, "ann@mail.example", now=NOW),
             "address"),
            (lambda: edit.add_address(session, admin, shop.bob.id, "nonsense", now=NOW), "address"),
            (lambda: edit.remove_address(session, admin, shop.bob.id, "bob@mail.example", now=NOW),
             "address"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                attempt()
            assert refused.value.field == field
        edit.change_role(session, admin, shop.bob.id, "admin", now=NOW)
        with pytest.raises(InvalidInput) as unawares:
            edit.change_role(session, admin, admin.person_id, "agent", now=NOW)
        assert unawares.value.field == "oneself"
        edit.change_role(session, admin, admin.person_id, "agent", also_oneself=True, now=NOW)
