"""How many acknowledgements leave: by sender, by domain, in all, and as the operator wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from helpdesk.actions.receive_mail import receive_mail
from helpdesk.db import Database, connect
from helpdesk.settings import Settings
from tests.conftest import MakeSettings
from tests.helpdesk.mails import mail, outbox, receive
from tests.support.factories import NOW, make_shop
from tests.support.statements import asked_of

ACK = "ticket_created_customer"
HOUR = timedelta(hours=1)


@contextmanager
def shop_with(settings: Settings) -> Iterator[Database]:
    database = connect(settings)
    make_shop(database)
    yield database
    database.dispose()


@pytest.fixture
def tight(make_settings: MakeSettings, database_url: str) -> Iterator[Database]:
    """At most four to a domain and six in all, an hour."""
    limits = {"ACK_SENDER_HOUR": "2", "ACK_DOMAIN_HOUR": "4", "ACK_HOUR": "6"}
    with shop_with(make_settings(DATABASE_URL=database_url, **limits)) as database:
        yield database


def sent_to(database: Database, addresses: list[str], verdict: str, **changed: object) -> int:
    before = len(outbox(database, ACK))
    for address in addresses:
        receive(database, mail(address, verdict=verdict), **changed)  # type: ignore[arg-type]
    return len(outbox(database, ACK)) - before


def test_plus_tags_and_case_are_one_sender(tight: Database) -> None:
    variants = ["Victim@else.example", *(f"victim+{n}@else.example" for n in range(50))]
    assert sent_to(tight, variants, "none") == 2
    assert sent_to(tight, variants, "none", now=NOW + HOUR + timedelta(seconds=1)) == 2


def test_a_domain_has_a_limit_for_those_who_are_not_proven(tight: Database) -> None:
    assert sent_to(tight, [f"n{n}@big.example" for n in range(10)], "unknown") == 4
    assert sent_to(tight, ["proven@big.example"], "pass") == 1
    assert sent_to(tight, ["someone@small.example"], "none") == 1


def test_there_is_a_limit_in_all(tight: Database) -> None:
    assert sent_to(tight, [f"me@shop{n}.example" for n in range(20)], "pass") == 6
    later = NOW + HOUR + timedelta(seconds=1)
    assert sent_to(tight, ["me@later.example"], "pass", now=later) == 1


@pytest.mark.parametrize(
    ("addresses", "verdict", "most"),
    [
        (["ann@else.example", *(f"ann+{n}@else.example" for n in range(5))], "pass", 2),
        ([f"n{n}@big.example" for n in range(8)], "none", 4),
        ([f"me@shop{n}.example" for n in range(9)], "pass", 6),
    ],
    ids=["sender", "domain", "in all"],
)
def test_the_limits_hold_among_mails_that_are_filed_together(
    tight: Database, addresses: list[str], verdict: str, most: int
) -> None:
    with tight.transaction() as session:
        for address in addresses:
            receive_mail(session, mail(address, verdict=verdict), now=NOW)
    assert len(outbox(tight, ACK)) == most


def test_those_of_proven_senders_are_counted_by_one_statement(tight: Database) -> None:
    with asked_of(tight) as asked, tight.transaction() as session:
        for number in range(4):
            receive_mail(session, mail(f"me@shop{number}.example", verdict="pass"), now=NOW)
    assert sum(one.startswith("INSERT INTO acknowledgement") for one in asked) == 1


def test_none_at_all_if_the_operator_wants_none(
    make_settings: MakeSettings, database_url: str
) -> None:
    with shop_with(make_settings(DATABASE_URL=database_url, ACK_HOUR="0")) as database:
        assert sent_to(database, ["ann@mail.example"], "pass") == 0


def test_strict_mode_lets_only_the_proven_join(
    make_settings: MakeSettings, database_url: str
) -> None:
    with shop_with(make_settings(DATABASE_URL=database_url, STRICT="yes")) as database:
        first = receive(database, mail(message_id="first@mail.example"))
        answer = {"in_reply_to": ("first@mail.example",)}
        assert receive(database, mail(verdict="none", **answer)).ticket_id != first.ticket_id
        assert receive(database, mail(verdict="pass", **answer)).ticket_id == first.ticket_id
