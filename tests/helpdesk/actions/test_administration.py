"""Settings in the browser: people, mailboxes, categories; who may change them, and the log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import edit_person as edit
from helpdesk.actions.api_tokens import issue_token, right_of_token
from helpdesk.actions.change_ticket import change_category, change_priority
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_category import add_category, rename_category, use_category
from helpdesk.actions.edit_mailbox import MailboxSettings, edit_mailbox
from helpdesk.actions.set_up import add_mailbox, add_person
from helpdesk.actions.sign_in import check_password
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, Category, Mailbox, Person
from helpdesk.queries.administration import categories, log_page, people_found
from helpdesk.queries.stats import figures
from helpdesk.tickets.categories import labels
from helpdesk.vocabulary import CATEGORIES
from tests.support.factories import NOW, Shop, make_shop, make_ticket

BOX = MailboxSettings("Help", "Kind regards", "#AA2200", "de", "30", "list@x.example\n\nOld@x")


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def logged(session: Session) -> list[tuple[str, str, str, str]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.subject, row.field, row.old_value, row.new_value) for row in rows]


def test_only_admins_may(database: Database, shop: Shop) -> None:
    agent, ann = shop.agent, Actor(shop.ann.id, "customer")
    tries: tuple[Callable[[Session, Actor], object], ...] = (
        lambda s, a: edit.rename_person(s, a, shop.bob.id, "x", now=NOW),
        lambda s, a: edit.change_role(s, a, shop.bob.id, "admin", now=NOW),
        lambda s, a: edit.let_in(s, a, shop.bob.id, False, now=NOW),
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
        edit.let_in(session, admin, person.id, False, now=NOW)
        assert right_of_token(session, token, now=NOW) is None
        assert person.session_generation > generation, "every session ends"
        with pytest.raises(NotAllowed):
            check_password(session, "bob@work.example", password)
        edit.let_in(session, admin, person.id, True, now=NOW)
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
            (lambda: edit.let_in(session, admin, admin.person_id or 0, False, now=NOW), "active"),
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
        edit.change_role(session, admin, admin.person_id, "agent", now=NOW)


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
                             ("signature", "x" * 3000)):  # fmt: skip
            settings = MailboxSettings(**{**vars(BOX), field: wrong})
            with pytest.raises(InvalidInput) as refused:
                edit_mailbox(session, shop.admin, shop.mailbox.id, settings, now=NOW)
            assert refused.value.field == field, wrong
        add_mailbox(session, shop.admin, "second@shop.example", now=NOW)
        assert logged(session)[-1] == ("second@shop.example", "added", "", "Second")
        assert session.scalar(select(Mailbox.name).where(Mailbox.id == box.id)) == "Help"


def test_categories_are_added_renamed_and_put_out_of_use(database: Database, shop: Shop) -> None:
    admin = shop.admin
    with database.transaction() as session:
        assert labels(session) == CATEGORIES, "one begins with these"
        gifts = add_category(session, admin, " Größe & Farbe ", now=NOW)
        assert (gifts.name, gifts.label) == ("grosse_farbe", "Größe & Farbe")
        assert add_category(session, admin, "質問", now=NOW).name == "category"
        assert add_category(session, admin, "回答", now=NOW).name == "category_2"
        ticket = make_ticket(session, shop.ann)
        change_category(session, shop.agent, ticket.id, "grosse_farbe", now=NOW)
        rename_category(session, admin, gifts.id, "Size", now=NOW)
        assert labels(session)["grosse_farbe"] == "Size"
        use_category(session, admin, gifts.id, False, now=NOW)

        # The ticket keeps it, and is still changed and counted; no other gets it.
        change_category(session, shop.agent, ticket.id, "grosse_farbe", now=NOW)
        change_priority(session, shop.agent, ticket.id, "high", now=NOW)
        assert figures(session, shop.agent).by_category["grosse_farbe"] == 1
        other = make_ticket(session, shop.bob)
        for wrong in ("grosse_farbe", "nonsense", ""):
            with pytest.raises(InvalidInput) as refused:
                change_category(session, shop.agent, other.id, wrong, now=NOW)
            assert refused.value.field == "category"
        with pytest.raises(InvalidInput):
            create_ticket(
                session,
                Actor(shop.ann.id, "customer"),
                TicketDraft(subject="Help me", description="x", category="grosse_farbe"),
                now=NOW,
            )
        default = session.scalars(select(Category).where(Category.name == "other")).one()
        for attempt in (
            lambda: use_category(session, admin, default.id, False, now=NOW),
            lambda: add_category(session, admin, "SIZE", now=NOW),
            lambda: add_category(session, admin, "  ", now=NOW),
            lambda: rename_category(session, admin, gifts.id, "Refund", now=NOW),
        ):
            with pytest.raises(InvalidInput):
                attempt()
        use_category(session, admin, gifts.id, True, now=NOW)
        change_category(session, shop.agent, other.id, "grosse_farbe", now=NOW)
        entry = log_page(session, admin)[0]
        assert (entry.kind, entry.subject, entry.old_value, entry.new_value) == (
            "category", "Size", "out of use", "in use")  # fmt: skip
        assert entry.by == "admin"
