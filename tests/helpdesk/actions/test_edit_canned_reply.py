"""Add, change and delete canned replies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.actions.edit_canned_reply import (
    CannedReplyDraft,
    add_canned_reply,
    change_canned_reply,
    delete_canned_reply,
)
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, AuditKind, CannedReply
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile, files_in
from helpdesk.vocabulary import MailboxRight
from tests.support.factories import NOW, Shop, make_person

REFUND = CannedReplyDraft(
    "Refund",
    "Hello {{ customer.first_name }}, the money for {{ order.number }} is on its way.",
    shortcut=";R",
    language="en",
    status_after="resolved",
    assignee="me",
    priority="low",
)
PICTURE = StoredFile("label.png", "image/png", 3, "0" * 64)
PAPER = StoredFile("a.pdf", "application/pdf", 3, "1" * 64)


def test_staff_add_and_change_and_each_change_is_logged(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        made = add_canned_reply(session, shop.agent, replace(REFUND, files=(PICTURE,)), now=NOW)
        assert made.shortcut == "r"
        assert made.assigns_me
        assert files_in(made.files) == (PICTURE,)
        new = replace(REFUND, name="Money back", priority="", assignee=str(shop.agent.person_id))
        change_canned_reply(session, shop.admin, made.id, new, now=NOW)
    with database.reading() as session:
        found = session.get_one(CannedReply, made.id)
        assert found.name == "Money back"
        assert found.priority is None
        assert (found.assigns_me, found.assignee_id) == (False, shop.agent.person_id)
        assert not found.files
        assert found.updated_by_id == shop.admin.person_id
        lines = session.scalars(
            select(AuditEntry.field).where(AuditEntry.kind == AuditKind.CANNED_REPLY)
        ).all()
    assert sorted(lines) == ["added", "assignee", "files", "name", "priority"]


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("name", replace(REFUND, name=" ")),
        ("name", replace(REFUND, name='The "big" one')),
        ("text", CannedReplyDraft("Refund", "  ")),
        ("text", replace(REFUND, text="{{ customer.password }}")),
        ("text", replace(REFUND, text='{{ text "refund" }}')),
        ("text", replace(REFUND, text="See [image: not.png].", files=(PICTURE,))),
        ("text", replace(REFUND, text="See [image: a.pdf].", files=(PAPER,))),
        ("shortcut", replace(REFUND, shortcut="two words")),
        ("language", replace(REFUND, language="xx")),
        ("status", replace(REFUND, status_after="lost")),
        ("priority", replace(REFUND, priority="enormous")),
        ("assignee", replace(REFUND, assignee="999")),
        ("mailbox", replace(REFUND, mailbox_id=999)),
    ],
)
def test_what_does_not_hold(
    database: Database, shop: Shop, field: str, draft: CannedReplyDraft
) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput) as problem:
        add_canned_reply(session, shop.agent, draft, now=NOW)
    assert problem.value.field == field


def test_a_name_and_a_shortcut_stand_once_a_mailbox(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        first = add_canned_reply(session, shop.agent, REFUND, now=NOW)
        other = add_mailbox(session, SYSTEM, "b2b@shop.example", name="B2B", now=NOW)
        add_canned_reply(session, shop.agent, replace(REFUND, mailbox_id=other.id), now=NOW)
        change_canned_reply(session, shop.agent, first.id, REFUND, now=NOW)
    for field, draft in (
        ("name", replace(REFUND, name="REFUND", shortcut="")),
        ("shortcut", replace(REFUND, name="Other", shortcut="R")),
    ):
        with database.transaction() as session, pytest.raises(InvalidInput) as problem:
            add_canned_reply(session, shop.agent, draft, now=NOW)
        assert problem.value.field == field


def test_a_mailboxes_own_text_is_inserted_before_that_of_all(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        add_canned_reply(session, shop.agent, CannedReplyDraft("Bye", "Yours"), now=NOW)
        inserting = CannedReplyDraft("All", 'Hi {{ text "bye" }}')
        add_canned_reply(session, shop.agent, inserting, now=NOW)
        own = CannedReplyDraft("Bye", '{{ text "All" }}', mailbox_id=shop.mailbox.id)
        with pytest.raises(InvalidInput, match="inserts itself"):
            add_canned_reply(session, shop.agent, own, now=NOW)


def test_only_who_added_it_or_an_admin_deletes_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        zoe = actor_of(make_person(session, "zoe@shop.example", "agent"))
        own, other = (
            add_canned_reply(session, shop.agent, CannedReplyDraft(name, "x"), now=NOW).id
            for name in ("One", "Two")
        )
        with pytest.raises(NotAllowed):
            delete_canned_reply(session, zoe, own, now=NOW)
        assert delete_canned_reply(session, shop.agent, own, now=NOW).name == "One"
        delete_canned_reply(session, shop.admin, other, now=NOW)
        with pytest.raises(NotFound):
            delete_canned_reply(session, shop.admin, other, now=NOW)


def test_customers_look_after_none(database: Database, shop: Shop) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        add_canned_reply(session, actor_of(shop.ann), REFUND, now=NOW)


def test_what_all_mailboxes_send_changes_only_who_has_all(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        of_all = add_canned_reply(session, shop.agent, REFUND, now=NOW)
        of_one = replace(REFUND, mailbox_id=shop.mailbox.id)
        for right in (None, *MailboxRight):
            rights = ((shop.mailbox.id, right),) if right else ()
            some = replace(shop.agent, rights=rights)
            with pytest.raises(NotAllowed):
                change_canned_reply(session, some, of_all.id, REFUND, now=NOW)
            with pytest.raises(NotAllowed):
                delete_canned_reply(session, some, of_all.id, now=NOW)
            with pytest.raises(InvalidInput) as refused:
                add_canned_reply(session, some, replace(REFUND, name="Mine"), now=NOW)
            assert refused.value.field == "mailbox"
            if right in (None, MailboxRight.SEE):
                with pytest.raises(InvalidInput) as refused:
                    add_canned_reply(session, some, of_one, now=NOW)
                assert refused.value.field == "mailbox"
                continue
            made = add_canned_reply(session, some, of_one, now=NOW)
            change_canned_reply(session, some, made.id, replace(of_one, text="Sent"), now=NOW)
            with pytest.raises(InvalidInput):  # not out of its mailbox
                change_canned_reply(session, some, made.id, REFUND, now=NOW)
            reads = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.SEE),))
            with pytest.raises(NotAllowed):
                change_canned_reply(session, reads, made.id, of_one, now=NOW)
            delete_canned_reply(session, some, made.id, now=NOW)


def test_a_picture_among_its_files_may_stand_in_the_text(database: Database, shop: Shop) -> None:
    draft = replace(REFUND, text="See [image: label.png].", files=(PICTURE,))
    with database.transaction() as session:
        made = add_canned_reply(session, shop.agent, draft, now=NOW)
    with pytest.raises(InvalidInput, match=r"“label\.png”"), database.transaction() as session:
        change_canned_reply(session, shop.agent, made.id, replace(draft, files=()), now=NOW)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("name", {"name": "Bye now"}),
        ("mailbox", {"mailbox_id": 1}),
        ("text", {"text": ""}),
        ("delete", None),
    ],
)
def test_what_others_insert_stays_as_they_need_it(
    database: Database, shop: Shop, field: str, changed: dict[str, Any] | None
) -> None:
    inner = replace(REFUND, name="Inner", text="Kind regards", shortcut="")
    outer = CannedReplyDraft("Outer", 'Hello. {{ text "INNER" }}')
    noting = CannedReplyDraft("Noting", "", note='{{ text "inner" }}', priority="high")
    if changed and "mailbox_id" in changed:
        changed = {"mailbox_id": shop.mailbox.id}
    with database.transaction() as session:
        made = add_canned_reply(session, shop.admin, inner, now=NOW).id
        add_canned_reply(session, shop.admin, outer, now=NOW)
    with database.transaction() as session:
        # What keeps it whole may be changed.
        new = replace(inner, name="inner", text="Yours")
        change_canned_reply(session, shop.admin, made, new, now=NOW)
    with pytest.raises(InvalidInput, match="“Outer” inserts") as problem:
        broken(database, shop, made, new, changed)
    assert problem.value.field == field
    with database.transaction() as session:
        add_canned_reply(session, shop.admin, noting, now=NOW)
    with pytest.raises(InvalidInput, match="“Noting”, “Outer” insert “inner”"):
        broken(database, shop, made, new, changed)
    with database.transaction() as session:
        for other in session.scalars(select(CannedReply.id).where(CannedReply.id != made)).all():
            delete_canned_reply(session, shop.admin, other, now=NOW)
    broken(database, shop, made, new, changed)


def broken(
    database: Database,
    shop: Shop,
    reply_id: int,
    draft: CannedReplyDraft,
    changed: dict[str, Any] | None,
) -> None:
    """Change it so, or delete it."""
    with database.transaction() as session:
        if changed is None:
            delete_canned_reply(session, shop.admin, reply_id, now=NOW)
        else:
            wanted = replace(draft, **changed)
            change_canned_reply(session, shop.admin, reply_id, wanted, now=NOW)


def test_it_goes_to_nobody_who_cannot_have_tickets_of_its_mailbox(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        reads = make_person(session, "reads@shop.example", "agent")
        set_mailbox_rights(session, shop.admin, reads.id, {shop.mailbox.id: "see"}, now=NOW)
        other = add_mailbox(session, SYSTEM, "b2b@shop.example", name="B2B", now=NOW)
        set_mailbox_rights(
            session, shop.admin, reads.id, {shop.mailbox.id: "see", other.id: "answer"}, now=NOW
        )
        theirs = replace(REFUND, assignee=str(reads.id), mailbox_id=other.id)
        made = add_canned_reply(session, shop.agent, theirs, now=NOW)
        for wrong in (
            replace(theirs, mailbox_id=shop.mailbox.id),
            replace(theirs, text="", moves_to=str(shop.mailbox.address)),
        ):
            with pytest.raises(InvalidInput) as problem:
                change_canned_reply(session, shop.agent, made.id, wrong, now=NOW)
            assert problem.value.field == "assignee"
