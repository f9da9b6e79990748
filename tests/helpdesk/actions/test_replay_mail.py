"""A mail read once more: what is otherwise today, and kept only where asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.replay_mail import Difference, replay_mail
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.mail_in.incoming import Incoming
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import plain_body
from tests.helpdesk.mails import comments_of, mail, outbox, receive, recorded
from tests.support.factories import NOW, Shop


def replayed(
    database: Database, shop: Shop, one: Incoming, *, failure: str | None = None, keep: bool = False
) -> tuple[Difference, ...]:
    with database.transaction() as session:
        return replay_mail(session, shop.agent, 1, one, failure, keep=keep, now=NOW)


def test_a_mail_that_reads_as_before_differs_in_nothing(database: Database, shop: Shop) -> None:
    receive(database, one := mail())
    assert replayed(database, shop, one) == ()
    assert replayed(database, shop, replace(one, subject="x"), failure="It took too long.") == ()


def test_what_reads_otherwise_is_told_first_and_kept_on_demand(
    database: Database, shop: Shop
) -> None:
    receive(database, one := mail(text="It"))
    sent = len(outbox(database))
    today = replace(one, subject="Kettle", body=plain_body("It leaks."))
    for keep in (False, True):
        found = replayed(database, shop, today, keep=keep)
        assert [(d.what, d.old, d.new) for d in found if d.what in ("subject", "text")] == [
            ("subject", "My kettle leaks", "Kettle"), ("text", "It", "It leaks.")]  # fmt: skip
    assert replayed(database, shop, today) == ()
    assert [comment.text for comment in comments_of(database, 1)] == ["It leaks."]
    assert recorded(database)[0].subject == "Kettle"
    assert len(outbox(database)) == sent, "nobody is told"


def test_only_staff_have_mail_read_again(database: Database, shop: Shop) -> None:
    receive(database, one := mail())
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            replay_mail(session, actor_of(shop.ann), 1, one, None, keep=False, now=NOW)
        with pytest.raises(NotFound):
            replay_mail(session, shop.agent, 99, one, None, keep=False, now=NOW)
