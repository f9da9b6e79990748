"""A service that posts a mailbox's mail: set up by admins, logged, its secrets kept."""

from __future__ import annotations

import pytest

from helpdesk.actions.edit_mail_service import (
    SEALED_FOR,
    ServiceSettings,
    close_mail_service,
    new_service_password,
    set_mail_service,
)
from helpdesk.actions.note_post import keep_token
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, MailProvider, MailService
from helpdesk.sealing import unseal
from tests.support.factories import NOW, Shop, make_shop

SECRET, TOPIC = "our own secret", "arn:aws:sns:eu-west-1:123456789012:mail"


def put(
    database: Database,
    shop: Shop,
    provider: MailProvider,
    actor: Actor | None = None,
    **wanted: str,
) -> MailService:
    with database.transaction() as session:
        settings, who = ServiceSettings(**wanted), actor or shop.admin
        box = shop.mailbox.id
        return set_mail_service(session, who, box, provider, settings, secret=SECRET, now=NOW)


def test_a_key_is_sealed_and_stays(database: Database) -> None:
    shop = make_shop(database)
    made = put(database, shop, MailProvider.MAILGUN, signing_key=" key-0123456789 ", topic="x")
    assert unseal(made.sealed_key, [SECRET], SEALED_FOR) == "key-0123456789"
    assert made.topic == ""
    kept = put(database, shop, MailProvider.MAILGUN, believed="mx.mailgun.org")
    assert (kept.id, kept.key, kept.sealed_key) == (made.id, made.key, made.sealed_key)
    with database.reading() as session:
        logged = session.query(AuditEntry).order_by(AuditEntry.id).all()
        assert all("key-0123456789" not in one.new_value + one.field for one in logged)
        assert [one.field for one in logged][-3:] == [
            "posted by mailgun", "posted by mailgun key", "posted by mailgun believed",
        ]  # fmt: skip


def test_another_topic_is_to_be_confirmed_anew(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        session.add(put(database, shop, MailProvider.SES, topic=TOPIC))
        session.query(MailService).one().confirmed_at = NOW
    assert put(database, shop, MailProvider.SES, topic=TOPIC).confirmed_at == NOW
    assert put(database, shop, MailProvider.SES, topic=TOPIC + "2").confirmed_at is None


@pytest.mark.parametrize(
    ("provider", "wanted", "field"),
    [
        (MailProvider.MAILGUN, {}, "key"),
        (MailProvider.MAILGUN, {"signing_key": "two words here"}, "key"),
        (MailProvider.SES, {}, "topic"),
        (MailProvider.SES, {"topic": TOPIC.replace("sns", "sqs")}, "topic"),
        (MailProvider.POSTMARK, {"believed": "two names"}, "believed"),
        (MailProvider.POSTMARK, {"believed": "x" * 256}, "believed"),
    ],
)
def test_what_does_not_hold_sets_nothing_up(
    database: Database, provider: MailProvider, wanted: dict[str, str], field: str
) -> None:
    shop = make_shop(database)
    with pytest.raises(InvalidInput) as problem:
        put(database, shop, provider, **wanted)
    assert problem.value.field == field
    with database.reading() as session:
        assert session.query(MailService).count() == 0


def test_only_admins(database: Database) -> None:
    shop = make_shop(database)
    with pytest.raises(NotAllowed):
        put(database, shop, MailProvider.POSTMARK, shop.agent)
    box, provider = shop.mailbox.id, MailProvider.POSTMARK
    put(database, shop, provider)
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            new_service_password(session, shop.agent, box, provider, now=NOW)
        with pytest.raises(NotAllowed):
            close_mail_service(session, shop.agent, box, provider, now=NOW)
        with pytest.raises(NotFound):
            new_service_password(session, shop.admin, box + 9, provider, now=NOW)


def test_a_password_is_made_where_there_is_one(database: Database) -> None:
    shop = make_shop(database)
    box = shop.mailbox.id
    made = put(database, shop, MailProvider.SENDGRID)
    put(database, shop, MailProvider.SES, topic=TOPIC)
    with database.transaction() as session:
        first, second = (
            new_service_password(session, shop.admin, box, MailProvider.SENDGRID, now=NOW)
            for _ in range(2)
        )
        assert first != second
        with pytest.raises(InvalidInput):
            new_service_password(session, shop.admin, box, MailProvider.SES, now=NOW)
    with database.transaction() as session:
        keep_token(session, made.id, "t", "m", kept_for=NOW - NOW, now=NOW)
        close_mail_service(session, shop.admin, box, MailProvider.SENDGRID, now=NOW)
        with pytest.raises(NotFound):
            close_mail_service(session, shop.admin, box, MailProvider.SENDGRID, now=NOW)
