"""What a person does about mails of the outbox: again, corrected, cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.cancel_mail import cancel_mail
from helpdesk.actions.clear_bounce import clear_bounce
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.actions.send_again import send_again, send_corrected
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import AlreadyLeft, InvalidInput, NotAllowed, NotFound
from helpdesk.mail_out import claims
from helpdesk.mail_out.claims import Attempt
from helpdesk.models import Comment, OutboundMail, Person, PersonAddress, ThreadId
from helpdesk.queries.delivery_figures import delivery_figures
from helpdesk.queries.outbox import outbox_mail, outbox_page, state_counts
from tests.helpdesk.mails import history_of
from tests.helpdesk.outbox_rows import add_ticket, put_mail

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SAM = Actor(None, "agent")
ANN = Actor(None, "customer")


def put_answers(session: Session, *recipients: str) -> list[int]:
    """An answer on a new ticket, with a mail to each; their ids."""
    ticket = add_ticket(session, NOW, status="waiting")
    comment = Comment(
        ticket_id=ticket.id,
        from_staff=True,
        source="web",
        text="Your parcel is on its way.",
        reply_text="Your parcel is on its way.",
        created_at=NOW,
    )
    session.add(comment)
    session.flush()
    return [
        put_mail(session, NOW, ticket, comment_id=comment.id, recipient=recipient)
        for recipient in recipients
    ]


def finish(session: Session, outcomes: dict[int, str]) -> None:
    """Claim all, and note what came of each."""
    marks = {"sent": claims.mark_sent, "failed": claims.mark_failed}
    for mail in claims.claim(session, worker="w", queue="answers", now=NOW):
        words = Attempt("smtp://relay", True, 550, "5.1.1 no such user")
        marks[outcomes[mail.id]](session, mail, "w", now=NOW, attempt=words)


@pytest.fixture
def failed(database: Database) -> int:
    """A mail to a mistyped address, refused."""
    with database.transaction() as session:
        [mail_id] = put_answers(session, "ann@exampel.org")
        finish(session, {mail_id: "failed"})
        return mail_id


def get(database: Database, mail_id: int) -> OutboundMail:
    with database.reading() as session:
        return session.get_one(OutboundMail, mail_id)


def test_sent_again_it_is_the_same_mail_and_the_history_says_so(
    database: Database, failed: int
) -> None:
    before = get(database, failed)
    with database.transaction() as session:
        send_again(session, SAM, failed, now=NOW)
    after = get(database, failed)
    assert (after.state, after.message_id, after.attempt_count) == ("queued", before.message_id, 0)
    change = history_of(database, after.ticket_id)[-1]
    assert (change.field, change.old_value, change.new_value) == ("mail", "failed", "queued")


def test_corrected_a_new_mail_goes_in_its_place_and_the_conversation_shows_it(
    database: Database, failed: int
) -> None:
    with database.transaction() as session:
        made = send_corrected(
            session, SAM, failed, recipient="ann@example.org", text="It *left* today.", now=NOW
        )
        new_id = made.id
    old, new = get(database, failed), get(database, new_id)
    assert (old.state, old.replaced_by_id, old.recipient) == ("failed", new_id, "ann@exampel.org")
    assert (new.state, new.recipient, new.values["text"]) == (
        "queued", "ann@example.org", "It *left* today.")  # fmt: skip
    assert new.message_id != old.message_id
    assert (new.reply_to, new.ticket_id) == (old.reply_to, old.ticket_id)
    with database.reading() as session:
        assert session.get_one(Comment, new.comment_id).text == "It *left* today."
        known = session.scalars(select(ThreadId.message_id)).all()
        assert new.message_id in known, "an answer to it finds its ticket"
        row = outbox_mail(session, SAM, failed)
        assert (row.may_be_sent_again, row.may_be_corrected) == (False, False)
    with database.transaction() as session, pytest.raises(InvalidInput):
        send_again(session, SAM, failed, now=NOW)


def test_other_words_are_not_for_an_answer_that_someone_has_got(database: Database) -> None:
    with database.transaction() as session:
        first, second = put_answers(session, "ann@exampel.org", "bob@example.org")
        finish(session, {first: "failed", second: "sent"})
    with database.transaction() as session:
        with pytest.raises(InvalidInput) as refused:
            send_corrected(
                session, SAM, first, recipient="ann@example.org", text="Other words.", now=NOW
            )
        assert refused.value.field == "text"
        same = "Your parcel is on its way."
        made = send_corrected(session, SAM, first, recipient="ann@example.org", text=same, now=NOW)
        assert made.recipient == "ann@example.org"


@pytest.mark.parametrize("address", ["", "ann", "ann@a ann@b", "a@a <v@v>", "x\r\nBcc: e@evil"])
def test_a_recipient_that_is_none_is_refused_by_name(
    database: Database, failed: int, address: str
) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput) as refused:
        send_corrected(session, SAM, failed, recipient=address, text="Words.", now=NOW)
    assert refused.value.field == "recipient"


def test_what_waits_can_be_cancelled_and_what_left_cannot(database: Database) -> None:
    with database.transaction() as session:
        [mail_id] = put_answers(session, "ann@example.org")
    with database.transaction() as session:
        cancel_mail(session, SAM, mail_id, now=NOW)
    assert get(database, mail_id).state == "cancelled"
    with database.transaction() as session:
        assert claims.claim(session, worker="w", queue="answers", now=NOW) == []
        with pytest.raises(AlreadyLeft):
            cancel_mail(session, SAM, mail_id, now=NOW)


def test_the_outbox_is_for_staff(database: Database, failed: int) -> None:
    with database.transaction() as session:
        for forbidden in (
            lambda: send_again(session, ANN, failed, now=NOW),
            lambda: send_corrected(session, ANN, failed, recipient="a@b.c", text="x", now=NOW),
            lambda: cancel_mail(session, ANN, failed, now=NOW),
            lambda: clear_bounce(session, ANN, 1),
            lambda: outbox_page(session, ANN),
            lambda: state_counts(session, ANN),
            lambda: delivery_figures(session, ANN, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                forbidden()
        for missing in (0, -1, 10**30):
            with pytest.raises(NotFound):
                send_again(session, SAM, missing, now=NOW)


def test_pages_filters_and_counts(database: Database) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        for n in range(60):
            put_mail(session, NOW, ticket, recipient=f"one{n}@example.org")
        other = add_ticket(session, NOW)
        put_mail(session, NOW, other, recipient="jürgen_@bücher.example")
        number, mailbox_id = other.number, other.mailbox_id or 0
    with database.reading() as session:
        first = outbox_page(session, SAM, state="queued")
        rest = outbox_page(session, SAM, state="queued", before=first.next_before)
        assert (len(first.rows), len(rest.rows), rest.next_before) == (50, 11, 0)
        assert first.rows[0].recipient == "jürgen_@bücher.example"
        for found in (
            outbox_page(session, SAM, search=number.lower()),
            outbox_page(session, SAM, search="jürgen_@"),
            outbox_page(session, SAM, search="jürgen_@bücher.example"),
            outbox_page(session, SAM, mailbox_id=mailbox_id),
        ):
            assert [row.recipient for row in found.rows] == ["jürgen_@bücher.example"]
        assert outbox_page(session, SAM, search="one1@example.org").rows[0].ticket_number
        assert outbox_page(session, SAM, search="%").rows == ()
        counts = state_counts(session, SAM)
        assert (counts["queued"], counts["sent"]) == (61, 0)


def test_the_share_that_arrives_by_day(database: Database) -> None:
    with database.transaction() as session:
        ids = put_answers(session, *(f"p{n}@example.org" for n in range(4)))
        finish(session, dict(zip(ids, ["sent", "sent", "sent", "failed"], strict=True)))
        put_mail(session, NOW)
        old = put_mail(session, NOW - timedelta(days=3))
        session.get_one(OutboundMail, old).state = "bounced"
    with database.reading() as session:
        figures = delivery_figures(session, SAM, now=NOW, days=4)
    assert [(day.sent, day.lost, day.waiting) for day in figures.days] == [
        (0, 1, 0), (0, 0, 0), (0, 0, 0), (3, 1, 1)]  # fmt: skip
    assert figures.success == 0.6


def test_an_address_that_is_dead_is_flagged_until_staff_clear_it(database: Database) -> None:
    with database.transaction() as session:
        [mail_id] = put_answers(session, "ann@example.org")
        ann = Person(name="Ann", created_at=NOW)
        ann.addresses.append(PersonAddress(address="ann@example.org", created_at=NOW))
        session.add(ann)
        session.flush()
        person_id = ann.id
        report_undelivered(session, mail_id, "bounced", "554 5.7.1 spam", now=NOW)
        session.refresh(ann.addresses[0])
        assert ann.addresses[0].bounced_at is None
        report_undelivered(session, mail_id, "bounced", "550 5.1.1 no such user", now=NOW)
    with database.transaction() as session:
        address = session.get_one(Person, person_id).addresses[0]
        assert (address.bounced_at, address.bounce_words) == (NOW, "550 5.1.1 no such user")
        clear_bounce(session, SAM, person_id)
        assert (address.bounced_at, address.bounce_words) == (None, "")
