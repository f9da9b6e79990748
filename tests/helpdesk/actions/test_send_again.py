"""What a person does about mails of the outbox: again, corrected, cancelled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from helpdesk.actions.cancel_mail import cancel_mail
from helpdesk.actions.clear_bounce import clear_bounce
from helpdesk.actions.send_again import send_again, send_corrected
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Comment, OutboundMail, ThreadId
from helpdesk.queries.delivery_figures import delivery_figures
from helpdesk.queries.outbox import outbox_mail, outbox_page, state_counts
from tests.helpdesk.mails import history_of
from tests.helpdesk.outbox_rows import SAM, finish, put_answers

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN = Actor(None, "customer")


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
