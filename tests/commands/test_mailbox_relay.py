"""``postdesk mailbox relay``: tried before it is saved; what is wrong is one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import MailboxRelay
from tests.commands.conftest import Postdesk, said
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.own_relays import LOGIN, SECRET, account_relay
from tests.support.relay import ScriptedRelay

SUPPORT = "support@shop.example"

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def relay(database: Database, postdesk: Postdesk) -> Iterator[ScriptedRelay]:
    postdesk("mailbox", "add", SUPPORT)
    with account_relay() as made:
        yield made


def url(relay: ScriptedRelay, user: str = LOGIN) -> str:
    return f"smtp://{user}@127.0.0.1:{relay.port}?tls=off"


def saved(database: Database) -> list[MailboxRelay]:
    with database.reading() as session:
        return list(session.scalars(select(MailboxRelay)))


def test_it_is_tried_saved_shown_and_ended(
    database: Database, postdesk: Postdesk, relay: ScriptedRelay
) -> None:
    asked = ("mailbox", "relay", SUPPORT)
    assert "has no relay of its own" in said(postdesk(*asked))
    tried = postdesk(*asked, url(relay), "--test", stdin=f"{SECRET}\n")
    assert (
        f"{LOGIN} is let in at 127.0.0.1:{relay.port}, and may send as {SUPPORT}." in tried.stdout
    )
    assert saved(database) == []
    done = postdesk(*asked, url(relay) + "&a-minute=30", stdin=f"{SECRET}\n")
    assert "leaves by 127.0.0.1" in done.stdout
    (kept,) = saved(database)
    assert kept.per_minute == 30
    assert SECRET not in kept.sealed_password
    assert "Its mail leaves." in postdesk(*asked).stdout
    told = json.loads(postdesk(*asked, "--json").stdout)
    assert (told["login"], told["trouble"]) == (LOGIN, "")
    assert SECRET not in json.dumps(told)
    checks = json.loads(postdesk("doctor", "--json", "--skip", "DNS").stdout)["checks"]
    assert ("ok", f"mailbox relay of {SUPPORT}") in [(one["state"], one["name"]) for one in checks]
    assert "by the installation's relay again" in postdesk(*asked, "--off").stdout
    assert saved(database) == []
    assert relay.mails == []


def test_what_is_wrong_is_told_and_nothing_saved(
    database: Database, postdesk: Postdesk, relay: ScriptedRelay
) -> None:
    asked = ("mailbox", "relay", SUPPORT)
    line = said(postdesk(*asked, url(relay), stdin="wrong\n"))
    assert "does not let this account in. It says: 535" in line
    assert "Nothing is saved." in line
    assert "smtps://user@host" in said(postdesk(*asked, "pop3://me@host", stdin="x\n"))
    assert "Nothing is fetched" in said(postdesk(*asked, "--as-fetched"))
    assert "There is no mailbox" in said(
        postdesk("mailbox", "relay", "no@shop.example", url(relay), stdin="x\n")
    )
    assert saved(database) == []


def test_as_it_is_fetched_with_a_folder_for_copies(
    database: Database, postdesk: Postdesk, relay: ScriptedRelay, dovecot: Dovecot
) -> None:
    user = f"u{uuid4().hex[:12]}"
    assert relay.accounts is not None
    relay.accounts[user] = PASSWORD
    fetched = f"imap://{user}@127.0.0.1:{dovecot.port}/INBOX?tls=off"
    postdesk("mailbox", "fetch", SUPPORT, fetched, stdin=f"{PASSWORD}\n")
    asked = ("mailbox", "relay", SUPPORT, url(relay, user), "--as-fetched")
    assert "its folders are INBOX" in said(postdesk(*asked, "--copy", "Nope"))
    assert "Copies are put into Sent." in postdesk(*asked).stdout
    assert [one.sent_folder for one in saved(database)] == ["Sent"]
    postdesk(*asked, "--copy", "none")
    assert [one.sent_folder for one in saved(database)] == [""]
