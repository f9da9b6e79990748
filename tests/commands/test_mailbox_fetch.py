"""``postdesk mailbox fetch``: looked into before it is saved; what is wrong is one line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import AuditEntry, MailboxFetch
from tests.commands.conftest import Postdesk, said
from tests.mailgate.fetch.fetching import letter
from tests.support.dovecot import PASSWORD, Dovecot

SUPPORT = "support@shop.example"

pytestmark = pytest.mark.databases("sqlite")


@dataclass
class Shop:
    """A mailbox, and a user of the mail server."""

    user: str
    url: str


@pytest.fixture
def shop(database: Database, postdesk: Postdesk, dovecot: Dovecot) -> Shop:
    postdesk("mailbox", "add", SUPPORT)
    user = f"u{uuid4().hex[:12]}"
    dovecot.put(user, letter(1, Subject="=?utf-8?q?Caf=C3=A9?="))
    return Shop(user, f"imap://{user}@127.0.0.1:{dovecot.port}/INBOX?tls=off")


def saved(database: Database) -> list[MailboxFetch]:
    with database.reading() as session:
        return list(session.scalars(select(MailboxFetch)))


def test_the_newest_mail_is_shown_and_the_account_saved(
    database: Database, postdesk: Postdesk, shop: Shop
) -> None:
    done = postdesk("mailbox", "fetch", SUPPORT, shop.url, stdin=f"{PASSWORD}\n")
    assert "INBOX has 1 mail." in done.stdout
    assert "The newest: 2026-11-30 10:00 UTC, Ann <ann@mail.example>: Café" in done.stdout
    assert f"The mail of {SUPPORT} is fetched from" in done.stdout
    (fetch,) = saved(database)
    assert fetch.active
    assert PASSWORD not in fetch.sealed_password
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert entry.field == "fetch"
    assert PASSWORD not in entry.new_value


def test_a_wrong_password_saves_nothing(database: Database, postdesk: Postdesk, shop: Shop) -> None:
    line = said(postdesk("mailbox", "fetch", SUPPORT, shop.url, stdin="wrong\n"))
    assert "refuses the user name or the password. It says: [AUTHENTICATIONFAILED]" in line
    assert "Nothing is saved." in line
    assert saved(database) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--after", "move"), "Name another folder"),
        (("--after", "move", "--move-to", "Nope"), "its folders are INBOX"),
        (("--since", "yesterday"), "--since is a day"),
        (("--since", "2999-01-01"), "2999-01-01 is yet to come"),
    ],
)
def test_what_does_not_hold_is_told(
    database: Database,
    postdesk: Postdesk,
    shop: Shop,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    done = postdesk("mailbox", "fetch", SUPPORT, shop.url, *arguments, stdin=f"{PASSWORD}\n")
    assert done.exit_code
    assert words in done.stderr
    assert saved(database) == []


def test_no_such_mailbox_and_no_such_address(postdesk: Postdesk, shop: Shop) -> None:
    line = said(postdesk("mailbox", "fetch", "nobody@shop.example", shop.url, stdin="x\n"))
    assert line == "Error: There is no mailbox nobody@shop.example."
    assert "imaps://user@host/FOLDER" in said(
        postdesk("mailbox", "fetch", SUPPORT, "pop3://me@host", stdin="x\n")
    )


def test_it_is_shown_tested_and_ended(database: Database, postdesk: Postdesk, shop: Shop) -> None:
    assert "Nothing is fetched" in said(postdesk("mailbox", "fetch", SUPPORT))
    done = postdesk("mailbox", "fetch", SUPPORT, shop.url, "--test", stdin=f"{PASSWORD}\n")
    assert "has 1 mail" in done.stdout
    assert saved(database) == []
    postdesk("mailbox", "fetch", SUPPORT, shop.url, stdin=f"{PASSWORD}\n")
    assert "has 1 mail" in postdesk("mailbox", "fetch", SUPPORT, "--test").stdout
    shown = postdesk("mailbox", "fetch", SUPPORT).stdout
    assert "Not looked at yet." in shown
    assert "seen 0 = accepted 0 + left 0" in shown
    told = json.loads(postdesk("mailbox", "fetch", SUPPORT, "--json").stdout)
    assert told["counts"] == {"seen": 0, "spooled": 0, "left": 0, "begun": 0}
    assert PASSWORD not in json.dumps(told)
    assert f"fetched for {SUPPORT}: seen 0" in postdesk("ledger").stdout
    postdesk("mailbox", "fetch", SUPPORT, "--off")
    (fetch,) = saved(database)
    assert not fetch.active
    assert fetch.sealed_password == ""
