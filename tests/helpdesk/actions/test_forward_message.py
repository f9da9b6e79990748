"""Forwarding a message to somebody outside: what leaves, what stays, who sees the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.actions.claim_mails import claim_mails
from helpdesk.actions.forward_message import Forward, forward_message
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import keep_taken_back
from helpdesk.actions.send_again import send_corrected
from helpdesk.actions.take_back import take_back
from helpdesk.db import Database
from helpdesk.errors import AlreadyLeft, InvalidInput, NotAllowed, NotFound, TicketMerged
from helpdesk.models import Comment, DraftKind, OutboundMail, Person, Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.queries.drafts import own_drafts
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import Body, StoredFile
from helpdesk.tickets.drafts import find_draft
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    comments_of,
    mail,
    now_of,
    outbox,
    participants_of,
    receive,
    reply_address,
    ticket_of,
)
from tests.support.factories import NOW, Shop

FACTORY = "batches@factory.example"
FILES = tuple(StoredFile(f"{n}.pdf", "application/pdf", 3, f"{n}" * 64) for n in range(2))


def forward(database: Database, shop: Shop, comment: Comment, **changed: Any) -> Comment:
    with database.transaction() as session:
        wanted = Forward(**{"comment_id": comment.id, "to": FACTORY, "note": "Which?", **changed})
        return forward_message(session, shop.agent, comment.ticket_id, wanted, now=NOW)


def forwarded(database: Database) -> list[OutboundMail]:
    return outbox(database, "message_forwarded_outside")


@pytest.fixture
def message(database: Database, shop: Shop) -> Comment:
    incoming = mail(subject="A kettle", text="It leaks.", files=FILES)
    return comments_of(database, ticket_of(database, receive(database, incoming)).id)[0]


def test_it_leaves_with_note_and_files_and_the_customer_sees_nothing(
    database: Database, shop: Shop, message: Comment
) -> None:
    before = now_of(database, session_ticket(database, message))
    made = forward(database, shop, message, to=f"{FACTORY}, bob@mail.example")
    mails = forwarded(database)
    assert [one.recipient for one in mails] == [FACTORY, "bob@mail.example"]
    assert mails[0].subject == f"[{before.number}] A kettle"
    values = mails[0].values
    assert values["text"] == "Which?"
    assert values["forwarded"]["text"] == "It leaks."
    assert values["forwarded"]["author_address"] == "ann@mail.example"
    assert [one["filename"] for one in values["attachments"]] == ["0.pdf", "1.pdf"]
    assert not mails[0].in_reply_to
    with database.reading() as session:
        shown = conversation(session, message.ticket_id)
        public = conversation(session, message.ticket_id, public_only=True)
    assert [one.id for one in public] == [message.id]
    assert (shown[-1].id, shown[-1].internal, shown[-1].reply_text) == (made.id, True, "Which?")
    assert [one.filename for one in shown[-1].files] == ["0.pdf", "1.pdf"]
    assert [one.recipient for one in shown[-1].deliveries] == [FACTORY, "bob@mail.example"]
    after = now_of(database, before)
    assert set(participants_of(database, before.id)) == {shop.ann.id}
    assert (after.preview, after.answered, after.status, after.waiting_since) == (
        before.preview,
        before.answered,
        before.status,
        before.waiting_since,
    )


def session_ticket(database: Database, message: Comment) -> Ticket:
    with database.reading() as session:
        return session.get_one(Ticket, message.ticket_id)


@pytest.mark.parametrize("verdict", ["pass", "unknown"])
@pytest.mark.parametrize("by", ["token", "message id"])
def test_the_answer_comes_to_the_ticket_for_staff_alone(
    database: Database, shop: Shop, message: Comment, by: str, verdict: str
) -> None:
    forward(database, shop, message)
    got = forwarded(database)[0]
    named: dict[str, Any] = (
        {"to": [got.reply_to]} if by == "token" else {"in_reply_to": (got.message_id,)}
    )
    filed = receive(database, mail(FACTORY, "Re: it", "Batch 7.", verdict=verdict, **named))
    assert filed.ticket_id == message.ticket_id
    came = comments_of(database, message.ticket_id)[-1]
    assert (came.reply_text, came.internal, came.from_staff) == ("Batch 7.", True, False)
    assert now_of(database, session_ticket(database, message)).someone_else_said == "Batch 7."
    # Who is not even who it was forwarded to gets no further.
    other = receive(
        database, mail("eve@mail.example", verdict="pass", in_reply_to=(got.message_id,))
    )
    assert other.ticket_id != message.ticket_id


def test_a_colleague_who_answers_writes_to_no_customer(
    database: Database, shop: Shop, message: Comment
) -> None:
    with database.reading() as session:
        boss = session.get_one(Person, shop.admin.person_id).address
    forward(database, shop, message, to=boss)
    got = forwarded(database)[0]
    assert not got.reply_to
    answers = len(outbox(database, "comment_added_customer"))
    receive(
        database, mail(boss, "Re: it", "Refund it.", verdict="pass", in_reply_to=(got.message_id,))
    )
    assert comments_of(database, message.ticket_id)[-1].internal is True
    assert len(outbox(database, "comment_added_customer")) == answers


def test_a_corrected_forward_gives_no_more_right(
    database: Database, shop: Shop, message: Comment
) -> None:
    forward(database, shop, message)
    with database.transaction() as session:
        old = session.get_one(OutboundMail, forwarded(database)[0].id)
        old.state = "bounced"
        made = send_corrected(
            session, shop.agent, old.id, recipient="new@factory.example", text="Which?", now=NOW
        )
        message_id = made.message_id
    back = mail("new@factory.example", verdict="pass", in_reply_to=(message_id,))
    assert receive(database, back).ticket_id != message.ticket_id


def test_nothing_that_gives_a_right_goes_along(database: Database, shop: Shop) -> None:
    ticket = ticket_of(database, receive(database, mail()))
    token = links.tracking_token(SECRET, ticket.id, 1, shop.ann.id)
    link = f"https://help.shop.example/t/{token}"
    ours = reply_address(database, ticket, shop.ann)
    said = f"I see it at {link} and write to {ours}."
    body = Body(f"{said}\n> {link}", said, f"> {link}")
    filed = receive(database, replace(mail(to=[ours]), body=body))
    forward(database, shop, comments_of(database, filed.ticket_id)[-1])
    values = str(forwarded(database)[-1].values)
    assert token not in values
    assert ours not in values
    assert "support@shop.example" in values


def test_only_chosen_files_go_along(database: Database, shop: Shop, message: Comment) -> None:
    with database.reading() as session:
        second = session.get_one(Comment, message.id).attachments[1].id
    forward(database, shop, message, file_ids={second, 10**9})
    assert [one["filename"] for one in forwarded(database)[0].values["attachments"]] == ["1.pdf"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": " "}, "to"),
        ({"to": "nobody"}, "to"),
        ({"to": "support@shop.example"}, "to"),
        ({"note": "x" * 100_001}, "note"),
    ],
)
def test_what_does_not_hold_is_named(
    database: Database, shop: Shop, message: Comment, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        forward(database, shop, message, **changed)
    assert refused.value.field == field
    assert not forwarded(database)


def test_notes_stay_inside_and_what_is_not_there_is_not_found(
    database: Database, shop: Shop, message: Comment
) -> None:
    with database.transaction() as session:
        note = add_note(session, shop.agent, message.ticket_id, text="Theirs?", now=NOW)
        answer = Answer("Soon.", may_undo=True)
        waiting = reply(session, shop.agent, message.ticket_id, answer, now=NOW)
    for inside in (note, waiting):
        with pytest.raises(InvalidInput) as refused:
            forward(database, shop, inside)
        assert refused.value.field == "message"
    elsewhere = comments_of(database, ticket_of(database, receive(database, mail())).id)[0]
    for comment_id in (0, 2**70, elsewhere.id):
        wanted = Forward(comment_id, FACTORY)
        with database.transaction() as session, pytest.raises(NotFound):
            forward_message(session, shop.agent, message.ticket_id, wanted, now=NOW)


def test_only_staff_forward_and_not_from_a_merged_ticket(
    database: Database, shop: Shop, message: Comment
) -> None:
    wanted = Forward(message.id, FACTORY)
    with database.transaction() as session, pytest.raises(NotAllowed):
        forward_message(session, actor_of(shop.ann), message.ticket_id, wanted, now=NOW)
    other = ticket_of(database, receive(database, mail()))
    with database.transaction() as session:
        merge_tickets(session, shop.agent, message.ticket_id, other.id, now=NOW)
    with database.transaction() as session, pytest.raises(TicketMerged):
        forward_message(session, shop.agent, message.ticket_id, wanted, now=NOW)


def test_it_can_be_taken_back_until_it_leaves(
    database: Database, shop: Shop, message: Comment
) -> None:
    before = now_of(database, session_ticket(database, message))
    made = forward(database, shop, message, may_undo=True)
    assert made.leaves_at
    with database.transaction() as session:
        taken = take_back(session, shop.agent, made.id, now=NOW)
        kept = keep_taken_back(session, shop.agent, taken, now=NOW)
    assert kept == (DraftKind.FORWARD, False)
    assert [one.state for one in forwarded(database)] == ["cancelled"]
    with database.reading() as session:
        back = find_draft(session, shop.agent.person_id or 0, DraftKind.FORWARD, before.id)
        assert back is not None
        files = ",".join(str(file.id) for file in session.get_one(Comment, message.id).attachments)
        form = {"message": str(message.id), "to": FACTORY, "files": files}
        assert (back.text, back.fields) == ("Which?", form)
        assert not own_drafts(session, shop.agent.person_id, before.id).by_kind
        assert [one.id for one in conversation(session, before.id)] == [message.id]
    again = forward(database, shop, message, may_undo=True)
    with database.transaction() as session:
        mails = claim_mails(session, worker="w", queue="answers", now=NOW + timedelta(minutes=1))
    assert [one.recipient for one in mails] == [FACTORY]
    after = now_of(database, before)
    assert (after.preview, after.answered, after.first_response_at) == (before.preview, False, None)
    with database.transaction() as session, pytest.raises(AlreadyLeft):
        take_back(session, shop.agent, again.id, now=NOW)
