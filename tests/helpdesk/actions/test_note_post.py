"""What is noted of a service's posts, and which tokens were used."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.edit_mail_service import ServiceSettings, set_mail_service
from helpdesk.actions.note_post import (
    keep_token,
    note_confirmed,
    note_refused,
    note_taken,
    was_taken,
)
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import MailProvider, MailService
from helpdesk.queries.mail_services import posting_service, services_of
from tests.support.factories import NOW, Shop, make_shop

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def set_up(database: Database) -> tuple[Shop, MailService]:
    shop = make_shop(database)
    with database.transaction() as session:
        return shop, set_mail_service(
            session, shop.admin, shop.mailbox.id, MailProvider.POSTMARK, ServiceSettings(),
            secret="x" * 20, now=NOW,
        )  # fmt: skip


def test_the_last_post_is_noted_to_the_minute(database: Database) -> None:
    shop, made = set_up(database)
    with database.transaction() as session:
        for moment in (NOW, NOW + SECOND):
            note_taken(session, made.id, now=moment)
        note_refused(session, made.id, "x" * 999, now=NOW)
        note_refused(session, made.id, "Wrong password.", now=NOW + 2 * SECOND)
        note_refused(session, made.id, "Wrong password.", now=NOW + 3 * SECOND)
        note_confirmed(session, made.id, now=NOW)
        note_confirmed(session, made.id + 9, now=NOW)
    with database.reading() as session:
        view = services_of(session, shop.admin, shop.mailbox.id)[MailProvider.POSTMARK]
        assert (view.taken_at, view.refused_at) == (NOW, NOW + 2 * SECOND)
        assert (view.refused_why, view.confirmed_at) == ("Wrong password.", NOW)
        assert view.is_refused
    with database.transaction() as session:
        note_taken(session, made.id, now=NOW + HOUR)
    with database.reading() as session:
        view = services_of(session, shop.admin, shop.mailbox.id)[MailProvider.POSTMARK]
        assert (view.taken_at, view.is_refused) == (NOW + HOUR, False)


def test_a_token_is_good_for_one_mail_while_it_is_kept(database: Database) -> None:
    _, made = set_up(database)
    with database.transaction() as session:
        keep_token(session, made.id, "t", "mail", kept_for=HOUR, now=NOW)
        keep_token(session, made.id, "t", "other", kept_for=HOUR, now=NOW)
        assert was_taken(session, made.id, "t", "mail")
        with pytest.raises(NotAllowed):
            was_taken(session, made.id, "t", "other")
        assert not was_taken(session, made.id + 1, "t", "mail")
        keep_token(session, made.id, "u", "mail", kept_for=HOUR, now=NOW + HOUR)
        assert not was_taken(session, made.id, "t", "other")


def test_a_service_is_known_by_its_address_while_its_mailbox_stands(database: Database) -> None:
    shop, made = set_up(database)
    with database.transaction() as session:
        found = posting_service(session, "postmark", made.key)
        assert found is not None
        assert (found.id, found.mailbox) == (made.id, "support@shop.example")
        assert posting_service(session, "sendgrid", made.key) is None
        session.get_one(type(shop.mailbox), shop.mailbox.id).removed_at = NOW
    with database.reading() as session:
        assert posting_service(session, "postmark", made.key) is None
