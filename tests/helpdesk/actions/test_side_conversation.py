"""Side conversations: who may be asked, what leaves, and what nobody else learns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.empty_trash import KEPT, empty_trash
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import keep_taken_back
from helpdesk.actions.send_again import send_corrected
from helpdesk.actions.side_conversation import (
    SideMessage,
    start_side_conversation,
    write_in_side_conversation,
)
from helpdesk.actions.take_back import take_back
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import (
    Comment,
    OutboundMail,
    OutboundState,
    SideConversation,
    SidePerson,
    ThreadId,
    Ticket,
)
from helpdesk.queries.conversation import conversation
from helpdesk.queries.drafts import own_drafts
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.side_conversations import side_conversations
from helpdesk.schema import downgrade, migrate
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from tests.helpdesk.mails import comments_of, mail, outbox, receive, ticket_of
from tests.support.factories import NOW, Shop

CARRIER, DEPOT = "info@carrier.example", "depot@carrier.example"
LATER = NOW + timedelta(hours=1)
FILES = tuple(StoredFile(f"{n}.pdf", "application/pdf", 3, f"{n}" * 64) for n in range(2))


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    incoming = mail(subject="Order 77 late", text="Where is my kettle?", files=FILES)
    return ticket_of(database, receive(database, incoming))


def start(database: Database, shop: Shop, ticket: Ticket, **changed: Any) -> Comment:
    given: dict[str, Any] = {"text": "Where is it?", "to": CARRIER, "subject": "Parcel 1Z99"}
    with database.transaction() as session:
        message = SideMessage(**{**given, **changed})
        return start_side_conversation(session, shop.agent, ticket.id, message, now=NOW)


def write(database: Database, shop: Shop, made: Comment, text: str, **changed: Any) -> Comment:
    with database.transaction() as session:
        message = SideMessage(text, **changed)
        return write_in_side_conversation(
            session, shop.agent, made.ticket_id, side_of(made), message, now=NOW
        )


def side_of(comment: Comment) -> int:
    assert comment.side_conversation_id
    return comment.side_conversation_id


def sent(database: Database) -> list[OutboundMail]:
    return outbox(database, "side_message_outside")


def test_files_go_along_that_were_chosen(database: Database, shop: Shop, ticket: Ticket) -> None:
    theirs = comments_of(database, ticket.id)[0]
    with database.reading() as session:
        shown = conversation(session, ticket.id)
        ids = [file.id for one in shown if one.id == theirs.id for file in one.files]
    other = ticket_of(database, receive(database, mail("bob@mail.example", files=FILES)))
    with database.reading() as session:
        foreign = [file.id for one in conversation(session, other.id) for file in one.files]
    label = StoredFile("label.pdf", "application/pdf", 3, "c" * 64)
    start(database, shop, ticket, files=[label], file_ids=[ids[1], *foreign])
    (made,) = sent(database)
    assert [one["filename"] for one in made.values["attachments"]] == ["label.pdf", "1.pdf"]


def test_staff_alone_write_in_it(database: Database, shop: Shop, ticket: Ticket) -> None:
    message = SideMessage("Hello", to=CARRIER, subject="Parcel")
    with database.transaction() as session, pytest.raises(NotAllowed):
        start_side_conversation(session, actor_of(shop.ann), ticket.id, message, now=NOW)
    made = start(database, shop, ticket)
    other = ticket_of(database, receive(database, mail("bob@mail.example")))
    with database.transaction() as session, pytest.raises(NotFound):
        write_in_side_conversation(session, shop.agent, other.id, side_of(made), message, now=NOW)


class TestTakenBack:
    def test_the_first_message_was_never_there(
        self, database: Database, shop: Shop, ticket: Ticket
    ) -> None:
        with database.transaction() as session:
            message = SideMessage(
                "Where?", to=CARRIER, subject="Parcel", files=FILES[:1], may_undo=True
            )
            made = start_side_conversation(session, shop.agent, ticket.id, message, now=NOW)
        assert made.leaves_at
        self.take_back(database, shop, made)
        assert [one.state for one in sent(database)] == [OutboundState.CANCELLED]
        with database.reading() as session:
            drafts = own_drafts(session, shop.agent.person_id, ticket.id)
            assert not session.scalar(select(func.count()).select_from(SideConversation))
        kept = drafts.in_sides[0]
        assert (kept.text, kept.fields) == ("Where?", {"to": CARRIER, "subject": "Parcel"})
        assert [file.filename for file in kept.files] == ["0.pdf"]

    def test_a_later_one_stands_in_its_composer(
        self, database: Database, shop: Shop, ticket: Ticket
    ) -> None:
        first = start(database, shop, ticket)
        made = write(database, shop, first, "Any news?", may_undo=True)
        self.take_back(database, shop, made)
        with database.reading() as session:
            drafts = own_drafts(session, shop.agent.person_id, ticket.id)
            shown = conversation(session, ticket.id)
        assert drafts.in_sides[side_of(first)].text == "Any news?"
        assert [one.text for one in shown] == ["Where is my kettle?", "Where is it?"]

    @staticmethod
    def take_back(database: Database, shop: Shop, made: Comment) -> None:
        with database.transaction() as session:
            taken = take_back(session, shop.agent, made.id, now=NOW)
            keep_taken_back(session, shop.agent, taken, now=NOW)


def test_merged_it_goes_along_and_comes_back_whole(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    other = ticket_of(database, receive(database, mail("bob@mail.example")))
    made = start(database, shop, ticket)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    with database.transaction() as session:
        since = write_in_side_conversation(
            session, shop.agent, other.id, side_of(made), SideMessage("More?"), now=NOW
        )
    with database.transaction() as session:
        take_apart(session, shop.agent, ticket.id, now=LATER)
    assert [one.id for one in comments_of(database, ticket.id)][-2:] == [made.id, since.id]
    with database.reading() as session:
        assert [one.id for one in side_conversations(session, ticket.id)] == [side_of(made)]
        assert not side_conversations(session, other.id)


def test_it_goes_with_its_ticket(database: Database, shop: Shop, ticket: Ticket) -> None:
    start(database, shop, ticket)
    with database.transaction() as session:
        change_folder(session, shop.agent, ticket.id, "trash", now=NOW)
    with database.transaction() as session:
        assert empty_trash(session, now=NOW + KEPT + timedelta(days=1)) == 1
    with database.reading() as session:
        for table in (SideConversation, SidePerson, ThreadId, OutboundMail):
            assert not session.scalar(select(func.count()).select_from(table)), table


def test_its_mail_is_not_corrected_in_the_outbox(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    start(database, shop, ticket)
    with database.transaction() as session:
        (made,) = session.scalars(select(OutboundMail).where(OutboundMail.recipient == CARRIER))
        made.state = OutboundState.FAILED
    with database.transaction() as session, pytest.raises(InvalidInput, match="side conv"):
        send_corrected(session, shop.agent, made.id, recipient=DEPOT, text="Hm", now=NOW)


def test_a_corrected_answer_does_not_go_to_who_is_asked_aside(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    start(database, shop, ticket)
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("A refund."), now=NOW)
        (failed,) = session.scalars(
            select(OutboundMail).where(OutboundMail.template == "comment_added_customer")
        )
        failed.state = OutboundState.FAILED
    with database.transaction() as session, pytest.raises(InvalidInput, match="side") as refused:
        send_corrected(session, shop.agent, failed.id, recipient=CARRIER, text="A refund.", now=NOW)
    assert refused.value.field == "recipient"


def found(database: Database, shop: Shop, words: str) -> list[int]:
    with database.reading() as session:
        page = queue_page(session, shop.agent, "all", QueueFilter(search=words))
        return [row.id for row in page.rows]


def test_its_subject_finds_the_ticket(database: Database, shop: Shop, ticket: Ticket) -> None:
    other = ticket_of(database, receive(database, mail("bob@mail.example")))
    start(database, shop, ticket, subject="Quagga 1Z99")
    assert found(database, shop, "quagga") == [ticket.id]
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    assert found(database, shop, "quagga") == [other.id]
    with database.transaction() as session:
        take_apart(session, shop.agent, ticket.id, now=LATER)
    made = start(database, shop, other, subject="Okapi", to=DEPOT, may_undo=True)
    assert (found(database, shop, "quagga"), found(database, shop, "okapi")) == (
        [ticket.id],
        [other.id],
    )
    with database.transaction() as session:
        take_back(session, shop.agent, made.id, now=NOW)
    assert found(database, shop, "okapi") == []


def test_those_that_were_there_before_are_found_by_their_subjects(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    start(database, shop, ticket, subject="Quagga 1Z99")
    downgrade(database, "0060")
    with database.transaction() as session:
        is_file = session.get_bind().dialect.name == "sqlite"
        word = "'x'" if is_file else "CAST('x' AS tsvector)"
        session.execute(text(f"UPDATE ticket_words SET words = {word}"))
    migrate(database)
    assert found(database, shop, "quagga") == [ticket.id]
