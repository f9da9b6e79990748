"""The watch over mail that comes in: alarms raised, told once a day, taken back; the canary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.receive_mail import receive_mail
from helpdesk.actions.send_canary import canary_returned, send_canary
from helpdesk.actions.watch_mail import watch_mail
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.mail_out import claims, outbox
from helpdesk.mail_out.canary import canary_name
from helpdesk.mail_out.claims import Attempt
from helpdesk.models import InboundMail, OutboundMail
from helpdesk.queries.mail_watch import alarms, flights, mailbox_watches
from helpdesk.rows import insert_row
from tests.conftest import SECRET
from tests.helpdesk.mails import mail
from tests.helpdesk.outbox_rows import put_mail
from tests.support.factories import make_shop

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
STAFF = Actor(1, "agent")


def fill(database: Database, mailbox_id: int) -> None:
    """Two mails an hour on each working day of the last five weeks, from eight to six."""
    with database.transaction() as session:
        for back in range(1, 36):
            day = MONDAY - timedelta(days=back)
            for hour in range(8 * 2, 18 * 2) if day.weekday() < 5 else ():
                at = day + timedelta(minutes=30 * hour)
                insert_row(
                    session,
                    InboundMail,
                    spool_name=f"{at.isoformat()}.{mailbox_id}",
                    state="filed",
                    raw_sha256="",
                    size=1,
                    same_key="",
                    mailbox_id=mailbox_id,
                    received_at=at,
                    decided_at=at,
                )


def told(database: Database) -> list[OutboundMail]:
    with database.reading() as session:
        mails = select(OutboundMail).where(OutboundMail.template == "mail_alarm_staff")
        return list(session.scalars(mails.order_by(OutboundMail.id)))


def watch(database: Database, now: datetime, *, canary: bool = False) -> int:
    with database.transaction() as session:
        return watch_mail(session, canary=canary, now=now)


def test_a_silence_is_told_to_the_admins_once_a_day_and_ends_with_the_next_mail(
    database: Database,
) -> None:
    shop = make_shop(database)
    fill(database, shop.mailbox.id)
    assert watch(database, MONDAY + timedelta(hours=9)) == 0
    assert watch(database, MONDAY + timedelta(hours=16)) == 1
    assert watch(database, MONDAY + timedelta(hours=17)) == 1
    (sent,) = told(database)
    assert sent.values["mailbox"] == "support@shop.example"
    assert sent.values["usual"] == 17
    assert watch(database, MONDAY + timedelta(hours=41)) == 1
    assert len(told(database)) == 2, "once more, a day later"
    with database.reading() as session:
        (alarm,) = alarms(session)
        assert (alarm.kind, alarm.facts["hours"]) == ("silence", 95)
        (mailbox,) = mailbox_watches(session, STAFF, MONDAY + timedelta(hours=41))
    assert mailbox.silence is not None
    assert mailbox.silence.is_alarming
    with database.transaction() as session:
        receive_mail(session, mail(received_at=MONDAY + timedelta(hours=41)), now=MONDAY)
    assert watch(database, MONDAY + timedelta(hours=42)) == 0
    with database.reading() as session:
        assert alarms(session) == ()


def test_a_canary_that_does_not_return_is_an_alarm_until_one_does(database: Database) -> None:
    make_shop(database)
    every, address = timedelta(minutes=15), "support@shop.example"
    for minute in (0, 15, 30):
        with database.transaction() as session:
            send_canary(session, address, every=every, now=MONDAY + timedelta(minutes=minute))
    assert watch(database, MONDAY + timedelta(minutes=14), canary=True) == 0
    assert watch(database, MONDAY + timedelta(minutes=31), canary=True) == 1
    (sent,) = told(database)
    assert (sent.values["kind"], sent.values["minutes"]) == ("canary", 31)
    assert watch(database, MONDAY + timedelta(minutes=32)) == 0, "switched off"
    assert watch(database, MONDAY + timedelta(minutes=33), canary=True) == 1
    with database.transaction() as session:
        name = canary_name(SECRET, 3)
        assert canary_returned(session, f"canary {name}", MONDAY + timedelta(minutes=34))
    assert watch(database, MONDAY + timedelta(minutes=34), canary=True) == 0


@pytest.mark.databases("sqlite")
def test_customers_see_no_watch(database: Database) -> None:
    make_shop(database)
    with database.reading() as session:
        for ask in (mailbox_watches, flights):
            with pytest.raises(NotAllowed):
                ask(session, Actor(2, "customer"), MONDAY)


def test_a_template_that_fails_is_named_to_the_admins_until_its_mails_have_left(
    database: Database,
) -> None:
    make_shop(database)
    words = "The mail could not be written: templates/mail/x/body.txt, line 2: no such value"
    with database.transaction() as session:
        mail_id = put_mail(session, MONDAY)
        [mail] = claims.claim(session, worker="w", queue="answers", now=MONDAY)
        claims.mark_failed(session, mail, "w", now=MONDAY, attempt=Attempt(text=words))
        put_mail(session, MONDAY)
        [refused] = claims.claim(session, worker="w", queue="answers", now=MONDAY)
        said = Attempt("smtp://relay", True, 550, "no such user")
        claims.mark_failed(session, refused, "w", now=MONDAY, attempt=said)
    assert watch(database, MONDAY) == 1
    assert watch(database, MONDAY + timedelta(hours=1)) == 1
    [told_once] = told(database)
    assert told_once.recipient == "admin@shop.example"
    assert (told_once.values["count"], told_once.values["words"]) == (1, words)
    with database.reading() as session:
        assert [alarm.kind for alarm in alarms(session)] == ["unwritten"]
    with database.transaction() as session:
        outbox.send_again(session, mail_id, now=MONDAY)
    assert watch(database, MONDAY + timedelta(hours=2)) == 0
