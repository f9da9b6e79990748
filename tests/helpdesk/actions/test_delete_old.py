"""What is older than the ages goes, in small steps; and what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.delete_old import (
    MOST_COMMENTS,
    REASONS,
    begin_runs,
    delete_some,
    is_run_due,
    work_off_old,
)
from helpdesk.actions.relate_tickets import relate_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import save_draft
from helpdesk.actions.set_retention import set_retention
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import (
    AuditEntry,
    Comment,
    DraftKind,
    InboundMail,
    OutboundMail,
    OutboundState,
    RetentionKind,
    Ticket,
    UnusedFile,
)
from helpdesk.queries.ledger import ledger
from helpdesk.queries.mails import inbound_mail
from helpdesk.queries.retention import would_go
from helpdesk.tickets.drafts import DraftContent
from helpdesk.tickets.retention import rules
from tests.helpdesk.mails import mail, receive, recorded
from tests.support.factories import NOW, Shop, make_ticket

YEAR = timedelta(days=365)
LATER = NOW + YEAR + timedelta(days=2)


def set_age(database: Database, shop: Shop, kind: RetentionKind, days: int = 365) -> None:
    with database.transaction() as session:
        set_retention(session, shop.admin, {kind: days}, now=NOW)


def run(database: Database, kind: RetentionKind, now: datetime = LATER) -> int:
    """One run from beginning to end; what it deleted."""
    with database.transaction() as session:
        assert kind in begin_runs(session, SYSTEM, now=now, by_hand=True)
    left = work_off_old(
        database.transaction,
        SYSTEM,
        kind,
        clock=lambda: now,
        monotonic=lambda: 0.0,
        sleep=lambda _: None,
        seconds=1,
    )
    assert not left
    with database.reading() as session:
        return rules(session)[kind].gone


def close(database: Database, actor: Actor, *ids: int, now: datetime = NOW) -> None:
    with database.transaction() as session:
        for one in ids:
            for status in ("resolved", "closed"):
                change_status(session, actor, one, status, now=now)
        session.execute(update(OutboundMail).values(state=OutboundState.SENT))


def make(database: Database, shop: Shop, *subjects: str) -> list[int]:
    with database.transaction() as session:
        return [make_ticket(session, shop.ann, name).id for name in subjects]


def subjects(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Ticket.subject)))


def test_closed_tickets_go_by_their_last_message_and_the_ledger_balances(
    database: Database, shop: Shop
) -> None:
    filed = receive(database, mail("ann@mail.example", "Old", verdict="pass"))
    ids = make(database, shop, "closed later", "written on later", "open", "newest")
    close(database, shop.agent, filed.ticket_id or 0, ids[1])
    close(database, shop.agent, ids[0], now=LATER - YEAR + timedelta(hours=1))
    with database.transaction() as session:
        add_note(session, shop.agent, ids[1], text="Hm.", now=LATER - timedelta(days=1))
    set_age(database, shop, RetentionKind.TICKETS)
    with database.reading() as session:
        found = would_go(session, RetentionKind.TICKETS, 365, LATER)
    assert (found.count, found.size, found.is_estimate) == (1, recorded(database)[0].size, False)
    assert run(database, RetentionKind.TICKETS) == 1
    assert subjects(database) == {"closed later", "written on later", "open", "newest"}
    [row] = recorded(database)
    assert (row.state, row.reason) == ("filed", REASONS[RetentionKind.TICKETS])
    assert (row.subject, row.from_address, row.raw_sha256) == ("", "", "")
    with database.reading() as session:
        assert ledger(session, accepted=1, waiting=0).difference == 0
        lines = session.execute(
            select(AuditEntry.field, AuditEntry.new_value, AuditEntry.actor_id)
            .order_by(AuditEntry.id.desc())
            .limit(1)
        ).all()
    assert lines == [("deleted_tickets", "1", None)]


def test_a_ticket_that_another_waits_for_or_with_work_on_it_stays(
    database: Database, shop: Shop
) -> None:
    names = ("parent", "part", "draft", "unsent", "gone", "newest")
    parent, part, draft, unsent, gone, _ = make(database, shop, *names)
    with database.transaction() as session:
        reply(session, shop.agent, unsent, Answer("Here it is."), now=NOW)
    close(database, shop.agent, part, draft, unsent, gone)
    with database.transaction() as session:
        relate_tickets(session, shop.agent, parent, part, "child", now=NOW)
        content = DraftContent("Dear", {}, ())
        save_draft(session, shop.agent, DraftKind.REPLY, draft, content, now=NOW)
        session.execute(
            update(OutboundMail)
            .where(OutboundMail.ticket_id == unsent)
            .values(state=OutboundState.DEFERRED)
        )
    set_age(database, shop, RetentionKind.TICKETS)
    run(database, RetentionKind.TICKETS)
    assert subjects(database) == set(names) - {"gone"}


def test_a_long_ticket_goes_a_part_at_a_time(database: Database, shop: Shop) -> None:
    long, _ = make(database, shop, "long", "newest")
    with database.transaction() as session:
        for _number in range(MOST_COMMENTS * 2):
            add_note(session, shop.agent, long, text="Hm.", now=NOW)
    close(database, shop.agent, long)
    set_age(database, shop, RetentionKind.TICKETS)
    with database.transaction() as session:
        begin_runs(session, SYSTEM, now=LATER, by_hand=True)

    def left() -> int:
        with database.reading() as session:
            of_it = select(func.count()).where(Comment.ticket_id == long)
            return session.scalar(of_it) or 0

    steps = []
    while left():
        with database.transaction() as session:
            steps.append(delete_some(session, SYSTEM, RetentionKind.TICKETS, limit=9, now=LATER))
    assert [step.done for step in steps] == [0, 0, 1]
    assert subjects(database) == {"newest"}


def test_spam_has_an_age_of_its_own(database: Database, shop: Shop) -> None:
    old, young, _ = make(database, shop, "old", "young", "newest")
    with database.transaction() as session:
        change_folder(session, shop.agent, old, "spam", now=NOW)
        change_folder(session, shop.agent, young, "spam", now=LATER - timedelta(days=6))
        session.execute(update(OutboundMail).values(state=OutboundState.SENT))
    set_age(database, shop, RetentionKind.SPAM, 7)
    assert run(database, RetentionKind.SPAM) == 1
    assert subjects(database) == {"young", "newest"}


def test_originals_go_and_their_tickets_stay(database: Database, shop: Shop) -> None:
    receive(database, mail("ann@mail.example", "Old", verdict="pass"))
    receive(database, mail("bob@mail.example", "Young", received_at=LATER, verdict="pass"), LATER)
    with database.transaction() as session:
        done = {"state": OutboundState.SENT, "rendered_sha256": "ab" * 32}
        session.execute(update(OutboundMail).values(done))
    set_age(database, shop, RetentionKind.RAW_MAIL)
    old, young = recorded(database)
    assert run(database, RetentionKind.RAW_MAIL) == 2, "the mail, and its acknowledgement"
    assert subjects(database) == {"Old", "Young"}
    with database.reading() as session:
        kept = session.scalars(select(InboundMail.raw_sha256).order_by(InboundMail.id)).all()
        unused = set(session.scalars(select(UnusedFile.key)))
        assert inbound_mail(session, shop.agent, old.id).raw_sha256 == ""
    assert kept == ["", young.raw_sha256]
    assert unused == {old.raw_sha256, "ab" * 32}


def test_the_log_goes_by_its_age(database: Database, shop: Shop) -> None:
    set_age(database, shop, RetentionKind.LOG, 30)
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    assert run(database, RetentionKind.LOG) == before
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.field)).all() == ["deleted_log"]


def test_a_run_begins_at_night_and_after_the_grace(database: Database, shop: Shop) -> None:
    set_age(database, shop, RetentionKind.TICKETS)
    night = NOW.replace(hour=2)
    begins = [
        (NOW + timedelta(hours=20), False),
        (night + timedelta(days=1), False),  # the grace ends at nine
        (NOW + timedelta(days=1, hours=1), False),
        (night + timedelta(days=2), True),
    ]
    for moment, due in begins:
        with database.reading() as session:
            assert is_run_due(session, moment) is due, moment
    at = night + timedelta(days=2)
    with database.transaction() as session:
        assert begin_runs(session, SYSTEM, now=at) == (RetentionKind.TICKETS,)
    with database.transaction() as session:
        assert begin_runs(session, SYSTEM, now=at + timedelta(hours=1)), "broken off, it goes on"
        delete_some(session, SYSTEM, RetentionKind.TICKETS, limit=1, now=at)
    with database.transaction() as session:
        assert begin_runs(session, SYSTEM, now=at + timedelta(hours=2)) == ()
        assert begin_runs(session, SYSTEM, now=at + timedelta(days=1))


def test_switched_off_it_ends_at_once(database: Database, shop: Shop) -> None:
    old, _ = make(database, shop, "old", "newest")
    close(database, shop.agent, old)
    set_age(database, shop, RetentionKind.TICKETS)
    with database.transaction() as session:
        begin_runs(session, SYSTEM, now=LATER)
        set_retention(session, shop.admin, {RetentionKind.TICKETS: None}, now=LATER)
        assert delete_some(session, SYSTEM, RetentionKind.TICKETS, limit=9, now=LATER).is_over
    assert subjects(database) == {"old", "newest"}


def test_nobody_else_begins_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            begin_runs(session, shop.agent, now=NOW, by_hand=True)
        with pytest.raises(NotAllowed):
            delete_some(session, shop.agent, RetentionKind.LOG, limit=1, now=NOW)


def test_an_answer_to_what_is_gone_is_a_new_ticket(database: Database, shop: Shop) -> None:
    filed = receive(database, mail("ann@mail.example", "Old", verdict="pass"))
    make(database, shop, "newest")
    with database.reading() as session:
        reply_to = session.scalar(
            select(OutboundMail.reply_to).where(OutboundMail.ticket_id == filed.ticket_id)
        )
    assert "+" in (reply_to or "")
    close(database, shop.agent, filed.ticket_id or 0)
    set_age(database, shop, RetentionKind.TICKETS)
    run(database, RetentionKind.TICKETS)
    subject = f"Re: [{filed.ticket_number}] Old"
    again = mail("ann@mail.example", subject, to=(reply_to or "",), received_at=LATER)
    assert receive(database, again, LATER).is_new_ticket
