"""What whoever fetches mail writes down, step by step; and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions.fetch_mail import (
    LEASE,
    REFUSED_RESTS,
    RESTS,
    Holder,
    NotOurs,
    SeenMail,
    begin_mails,
    filed_names,
    forget_begun,
    grant_trouble,
    leave_account,
    note_checked,
    note_marked,
    note_trouble,
    open_numbers,
    settle_mails,
    take_account,
)
from helpdesk.actions.set_fetch import FetchForm, fetch_wish, set_fetch
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.models import (
    FetchedMail,
    GrantProvider,
    InboundMail,
    MailboxFetch,
    MailboxGrant,
)
from tests.helpdesk.mails import mail, receive
from tests.support.factories import Shop

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SUPPORT = "support@shop.example"
SPOOL = "a" * 16
FIRST, ANEW = 7, 8
"""Two values of UIDVALIDITY."""


@pytest.fixture
def account(database: Database, shop: Shop) -> Holder:
    """An account that nobody has fetched yet, and one who would."""
    form = FetchForm("imap.shop.example", "", "implicit", "me", "secret", "", "seen")
    with database.transaction() as session:
        wish = fetch_wish(session, SYSTEM, SUPPORT, form, NOW)
        fetch = set_fetch(session, SYSTEM, SUPPORT, wish, now=NOW)
        return Holder(fetch.id, "one", fetch.changed_at)


@pytest.fixture
def holder(database: Database, account: Holder) -> Holder:
    """Who holds it, with its numbers open."""
    with database.transaction() as session:
        assert take_account(session, account, now=NOW)
        open_numbers(session, account, FIRST)
    return account


def takes(database: Database, holder: Holder, now: datetime) -> bool:
    with database.transaction() as session:
        return take_account(session, holder, now=now)


def row(database: Database) -> MailboxFetch:
    with database.reading() as session:
        return session.scalars(select(MailboxFetch)).one()


def rows(database: Database) -> list[FetchedMail]:
    with database.reading() as session:
        return list(session.scalars(select(FetchedMail).order_by(FetchedMail.id)))


def begin(database: Database, holder: Holder, *mails: SeenMail, up_to: int = 0) -> list[SeenMail]:
    with database.transaction() as session:
        return begin_mails(session, holder, mails, spool_id=SPOOL, up_to=up_to, now=NOW)


def seen(uid: int, content: str = "", *, left: str = "", spooled: bool = True) -> SeenMail:
    return SeenMail(uid, 100, content or f"key{uid}", f"name{uid}" if spooled else "", left)


def test_one_holds_an_account_until_they_leave_it_or_are_silent(
    database: Database, account: Holder
) -> None:
    other = Holder(account.fetch_id, "two", account.set_at)
    assert takes(database, account, NOW)
    assert not takes(database, other, NOW + LEASE)
    assert takes(database, account, NOW + LEASE), "it is held longer"
    assert not takes(database, other, NOW + 2 * LEASE)
    assert takes(database, other, NOW + 2 * LEASE + timedelta(seconds=1)), "it was silent"
    with database.transaction() as session:
        leave_account(session, account, now=NOW + 2 * LEASE)
    assert row(database).holder == "two", "it was not theirs any more to leave"
    with database.transaction() as session:
        leave_account(session, other, now=NOW + 2 * LEASE)
    assert takes(database, account, NOW + 2 * LEASE + timedelta(seconds=1))


def test_an_account_that_was_set_anew_or_is_fetched_no_more_is_held_by_nobody(
    database: Database, holder: Holder
) -> None:
    assert not takes(database, Holder(holder.fetch_id, "one", NOW - timedelta(days=1)), NOW)
    with database.transaction() as session:
        session.execute(update(MailboxFetch).values(active=False))
    assert not takes(database, holder, NOW)


BY_HOLDERS: dict[str, Callable[[Session, Holder], Any]] = {
    "open": lambda session, holder: open_numbers(session, holder, ANEW),
    "begin": lambda session, holder: begin_mails(
        session, holder, [seen(1)], spool_id=SPOOL, up_to=1, now=NOW
    ),
    "checked": lambda session, holder: note_checked(session, holder, up_to=1, now=NOW),
    "trouble": lambda session, holder: note_trouble(
        session, holder, ImapTrouble(TroubleKind.ANSWER), now=NOW
    ),
}


@pytest.mark.parametrize("step", BY_HOLDERS)
def test_who_holds_it_no_more_writes_nothing(database: Database, holder: Holder, step: str) -> None:
    other = Holder(holder.fetch_id, "two", holder.set_at)
    with database.transaction() as session, pytest.raises(NotOurs):
        BY_HOLDERS[step](session, other)
    assert rows(database) == []
    found = row(database)
    assert (found.uid_validity, found.seen_uid, found.trouble) == (FIRST, 0, "")


def test_where_the_server_numbers_anew_all_is_looked_at_again(
    database: Database, holder: Holder
) -> None:
    with database.transaction() as session:
        note_checked(session, holder, up_to=5, now=NOW)
        open_numbers(session, holder, FIRST)
    found = row(database)
    assert (found.seen_uid, found.caught_up) == (5, True), "the same numbers go on"
    with database.transaction() as session:
        open_numbers(session, holder, ANEW)
    found = row(database)
    assert (found.uid_validity, found.seen_uid, found.caught_up) == (ANEW, 0, False)


def test_a_mail_is_begun_then_spooled_and_one_that_is_left_is_done(
    database: Database, holder: Holder
) -> None:
    whole, header, left = seen(1), seen(2, left="too large"), seen(3, left="old", spooled=False)
    assert begin(database, holder, whole, header, left, up_to=3) == [whole, header, left]
    assert [(one.state, one.marked) for one in rows(database)] == [
        ("begun", False), ("begun", False), ("left", True),
    ]  # fmt: skip
    assert row(database).seen_uid == 3
    begin(database, holder, up_to=2)
    assert row(database).seen_uid == 3, "it never goes back"
    with database.transaction() as session:
        settle_mails(session, holder.fetch_id, ["name1", "name2"], marked=False)
    assert [(one.state, one.marked) for one in rows(database)] == [
        ("spooled", False), ("left", True), ("left", True),
    ]  # fmt: skip
    with database.transaction() as session:
        note_marked(session, [rows(database)[0].id])
    assert all(one.marked for one in rows(database))


def test_what_was_begun_and_not_accepted_is_taken_back_and_nothing_else(
    database: Database, holder: Holder
) -> None:
    begin(database, holder, seen(1), seen(2))
    with database.transaction() as session:
        settle_mails(session, holder.fetch_id, ["name1"], marked=True)
        forget_begun(session, holder.fetch_id, [one.id for one in rows(database)])
    assert [one.uid for one in rows(database)] == [1]


def test_after_new_numbers_each_row_stands_for_one_mail_with_its_bytes(
    database: Database, holder: Holder
) -> None:
    begin(database, holder, seen(1, "same"), seen(2, "same"), seen(3, "cut off"))
    with database.transaction() as session:
        settle_mails(session, holder.fetch_id, ["name1", "name2"], marked=True)
        open_numbers(session, holder, ANEW)
    third, again = seen(13, "same"), seen(14, "cut off")
    new = begin(database, holder, seen(11, "same"), seen(12, "same"), third, again)
    assert new == [third, again], "two were known; one that was only begun is not"
    numbers = [(one.uid_validity, one.uid) for one in rows(database)]
    assert numbers == [(ANEW, 11), (ANEW, 12), (FIRST, 3), (ANEW, 13), (ANEW, 14)]


def test_mails_whose_bytes_are_not_known_are_never_taken_for_one_another(
    database: Database, holder: Holder
) -> None:
    unread = SeenMail(1, 100, "", "", "old")
    begin(database, holder, unread)
    with database.transaction() as session:
        open_numbers(session, holder, ANEW)
    assert begin(database, holder, unread) == [unread]


@pytest.mark.parametrize(
    ("kind", "rests"),
    [(TroubleKind.UNREACHABLE, RESTS), (TroubleKind.REFUSED, REFUSED_RESTS)],
)
def test_the_longer_it_fails_the_longer_it_rests(
    database: Database, holder: Holder, kind: TroubleKind, rests: tuple[int, ...]
) -> None:
    for seconds in (*rests, rests[-1]):
        with database.transaction() as session:
            again = note_trouble(session, holder, ImapTrouble(kind, "[NO]"), now=NOW)
        assert again == NOW + timedelta(seconds=seconds)
    later = NOW + timedelta(hours=1)
    with database.transaction() as session:
        other = ImapTrouble(TroubleKind.ANSWER)
        assert note_trouble(session, holder, other, now=later) == later + timedelta(minutes=1)
    assert (row(database).trouble_since, row(database).tries) == (later, 1), "another trouble"
    with database.transaction() as session:
        note_checked(session, holder, up_to=9, now=later)
    found = row(database)
    assert (found.trouble, found.words, found.trouble_since, found.tries) == ("", "", None, 0)
    assert (found.seen_uid, found.caught_up, found.next_try_at) == (9, True, None)


def test_without_a_sign_in_that_holds_people_are_asked(database: Database, holder: Holder) -> None:
    def told() -> str | None:
        with database.reading() as session:
            trouble = grant_trouble(session, holder)
        return None if trouble is None else f"{trouble.kind}: {trouble.words}"

    assert told() == f"{TroubleKind.CONSENT}: "
    with database.transaction() as session:
        mailbox_id = session.scalars(select(MailboxFetch.mailbox_id)).one()
        session.add(
            MailboxGrant(
                mailbox_id=mailbox_id,
                provider=GrantProvider.GOOGLE,
                login=SUPPORT,
                scopes="mail",
                sealed_refresh_token="",
                sealed_access_token="",
                access_expires_at=NOW,
                granted_at=NOW,
            )
        )
    assert told() is None
    with database.transaction() as session:
        session.execute(update(MailboxGrant).values(trouble="refused", words="invalid_grant"))
    assert told() == f"{TroubleKind.CONSENT}: invalid_grant"


def test_names_with_a_row_of_the_ledger_are_filed(database: Database, shop: Shop) -> None:
    receive(database, mail("ann@mail.example"))
    with database.reading() as session:
        (name,) = session.scalars(select(InboundMail.spool_name))
        assert filed_names(session, [name, "another"]) == {name}
        assert filed_names(session, []) == set()
