"""Emptying the trash: all of a ticket goes, and the ledger still counts its mails."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, text

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.empty_trash import GONE, empty_trash, is_trash_old
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.db import Database
from helpdesk.models import Base, Comment, Ticket
from tests.helpdesk.mails import mail, receive, recorded
from tests.support.factories import NOW, Shop, make_ticket

OLD = NOW + timedelta(days=30, seconds=1)
HAVE_TICKETS = ("ticket_id", "comment_id", "other_id", "into_id")


def rows_of_tickets(database: Database) -> dict[str, int]:
    """How many rows refer to a ticket or a comment, by table."""
    found = {}
    with database.reading() as session:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if column.name in HAVE_TICKETS and column.foreign_keys:
                    rows = select(func.count()).select_from(table).where(column.is_not(None))
                    if count := session.scalar(rows):
                        found[f"{table.name}.{column.name}"] = count
    return found


def test_all_of_it_goes_and_its_mails_stay_counted(database: Database, shop: Shop) -> None:
    filed = receive(database, mail("ann@mail.example", verdict="pass"))
    ticket_id = filed.ticket_id or 0
    with database.transaction() as session:
        reply(session, shop.agent, ticket_id, Answer("Here it is."), now=NOW)
        add_note(session, shop.agent, ticket_id, text="Hm.", now=NOW)
        add_item(session, shop.agent, ticket_id, "Refund", now=NOW)
        add_custom_field(session, shop.admin, FieldDraft("Serial"), now=NOW)
        set_custom_fields(session, shop.agent, ticket_id, {"serial": "A1"}, now=NOW)
        other = make_ticket(session, shop.bob)
        merge_tickets(session, shop.agent, other.id, ticket_id, now=NOW)
        change_folder(session, shop.agent, ticket_id, "trash", now=NOW)
    assert {"custom_value.ticket_id", "checklist_item.ticket_id"} < set(rows_of_tickets(database))
    assert len(rows_of_tickets(database)) > 10
    with database.transaction() as session:
        assert not is_trash_old(session, OLD - timedelta(seconds=2))
        assert empty_trash(session, now=OLD - timedelta(seconds=2)) == 0
        assert is_trash_old(session, OLD)
        assert empty_trash(session, now=OLD) == 2
    assert rows_of_tickets(database) == {}
    [row] = recorded(database)
    assert (row.state, row.reason, row.raw_sha256) == ("filed", GONE, "")
    assert (row.subject, row.from_address, row.decision) == ("", "", {})
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0
        assert session.scalar(text("SELECT count(*) FROM ticket_words")) == 0


def test_only_old_trash_goes(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        kept = [make_ticket(session, shop.ann, name) for name in ("inbox", "spam", "young")]
        change_folder(session, shop.agent, kept[1].id, "spam", now=NOW)
        change_folder(session, shop.agent, kept[2].id, "trash", now=NOW + timedelta(days=1))
        gone = make_ticket(session, shop.ann, "old")
        change_folder(session, shop.agent, gone.id, "trash", now=NOW)
    with database.transaction() as session:
        assert empty_trash(session, now=OLD) == 1
    with database.reading() as session:
        assert set(session.scalars(select(Ticket.subject))) == {"inbox", "spam", "young"}
        assert session.scalar(select(func.count()).select_from(Comment)) == 3


def test_an_answer_to_what_is_gone_is_a_new_ticket(database: Database, shop: Shop) -> None:
    filed = receive(database, mail("ann@mail.example", verdict="pass"))
    with database.transaction() as session:
        change_folder(session, shop.agent, filed.ticket_id or 0, "trash", now=NOW)
    with database.transaction() as session:
        empty_trash(session, now=OLD)
    again = receive(
        database,
        mail("ann@mail.example", f"Re: [{filed.ticket_number}]", verdict="pass", received_at=OLD),
        OLD,
    )
    assert again.is_new_ticket


def test_all_that_has_files_in_the_store_is_known() -> None:
    """A new one belongs into ``empty_trash.unshared``: else its files go with a ticket's."""
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if "sha256" in column.name or column.name == "files"
    }
    # By these a post that comes again is known; nothing lies in the store under them.
    known_again = {"posted_token.mail_sha256", "posted_token.token_sha256"}
    assert columns - known_again == {
        "attachment.sha256",
        "canned_reply.files",
        "draft.files",
        "inbound_mail.raw_sha256",
        "mailbox.logo_sha256",
        "outbound_mail.rendered_sha256",
        "parse_report.copy_sha256",
        "stored_part.part_sha256",
        "stored_part.whole_sha256",
    }
