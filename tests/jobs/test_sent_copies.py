"""Copies of sent mail in the account's folder: after the sending, once, never in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest

from helpdesk.actions.note_sending import COPY_GIVEN_UP_AFTER
from helpdesk.actions.set_fetch import FetchWish, set_fetch, stop_fetch
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.imap.account import ImapAccount, Tls
from helpdesk.imap.connection import ImapConnection
from helpdesk.models import AfterFetching, Mailbox, OutboundMail, SentCopy, Ticket
from helpdesk.queries.own_relays import own_relay_views
from helpdesk.settings import Settings
from jobs.deliver import Deliverer
from jobs.sent_copies import SentCopies
from tests.helpdesk.outbox_rows import add_ticket, put_mail
from tests.jobs.deliveries import states
from tests.support.clock import FakeClock
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.own_relays import account_relay, send_by
from tests.support.relay import ScriptedRelay


@dataclass
class Office:
    """A mailbox at a hoster: fetched from there, sent by it, and copies kept."""

    database: Database
    dovecot: Dovecot
    clock: FakeClock
    relay: ScriptedRelay
    keeper: SentCopies
    worker: Deliverer
    user: str
    ticket: Ticket
    address: str

    def send(self, **more: str) -> None:
        with self.database.transaction() as session:
            put_mail(session, self.clock(), session.get_one(Ticket, self.ticket.id), **more)
        for queue in ("answers", "notifications"):
            self.worker.drain(queue)
        self.worker.wait_for_lanes()

    def kept(self, folder: str = "Sent") -> list[tuple[bytes, set[bytes]]]:
        """The mails in a folder of the account, and their flags."""
        client = self.dovecot.client(self.user)
        try:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"])
            return [(one[b"BODY[]"], set(one[b"FLAGS"]) - {b"\\Recent"}) for one in found.values()]
        finally:
            client.logout()

    def copies(self) -> list[SentCopy]:
        with self.database.reading() as session:
            found = session.query(SentCopy).all()
            session.expunge_all()
            return found


@pytest.fixture
def office(
    settings: Settings,
    database: Database,
    dovecot: Dovecot,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
) -> Iterator[Office]:
    user = f"u{uuid4().hex[:12]}"
    account = ImapAccount("127.0.0.1", dovecot.port, Tls.OFF, user, PASSWORD)
    keeper, worker = SentCopies(settings, database, clock=clock), deliverer()
    with account_relay() as relay:
        with database.transaction() as session:
            ticket = add_ticket(session, clock())
            address = session.get_one(Mailbox, ticket.mailbox_id).address
            wish = FetchWish(account, AfterFetching.SEEN, "", clock())
            set_fetch(session, SYSTEM, address, wish, now=clock())
            send_by(session, ticket.mailbox_id, relay, clock(), copies=account, sent_folder="Sent")
            session.flush()
            session.expunge(ticket)
        yield Office(database, dovecot, clock, relay, keeper, worker, user, ticket, address)
        keeper.close()
        worker.close()


def test_a_copy_is_put_there_as_it_left_and_read_already(office: Office) -> None:
    office.send()
    [taken] = office.relay.mails
    assert office.kept() == [], "the sending waits for none"
    office.keeper.put()
    assert office.kept() == [(taken.content, {b"\\Seen"})]
    assert office.copies() == []
    office.keeper.put()
    assert len(office.kept()) == 1


@pytest.mark.databases("sqlite")
def test_none_of_what_goes_to_colleagues_or_opens_a_door(office: Office) -> None:
    office.send(template="sign_in_link")
    office.send(template="ticket_created_customer", recipient="bo@x.example")
    office.keeper.put()
    assert len(office.relay.mails) == 2
    [(kept, _)] = office.kept()
    assert b"bo@x.example" in kept


class _Killed(BaseException):
    """The process is killed here: nothing after it runs."""


def test_killed_after_it_was_put_there_it_is_not_put_there_twice(
    settings: Settings, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.send()
    real = ImapConnection.append

    def dies(self: ImapConnection, *arguments: object) -> None:
        real(self, *arguments)  # type: ignore[arg-type]
        raise _Killed

    monkeypatch.setattr(ImapConnection, "append", dies)
    with pytest.raises(_Killed):
        office.keeper.put()
    monkeypatch.undo()
    assert len(office.kept()) == 1
    [copy] = office.copies()
    assert copy.tries == 1
    another = SentCopies(settings, office.database, clock=office.clock)
    another.put()
    assert len(office.copies()) == 1, "the first may still be at it"
    office.clock.advance(minutes=11)
    another.put()
    assert office.copies() == []
    assert len(office.kept()) == 1


def test_a_server_that_is_away_fails_no_mail_and_gets_the_copy_later(office: Office) -> None:
    office.dovecot.stop()
    try:
        office.send()
        office.keeper.put()
    finally:
        office.dovecot.start()
    assert states(office.database) == ["sent"]
    with office.database.reading() as session:
        [view] = own_relay_views(session, SYSTEM)
    assert (view.copies, view.trouble) == (1, "")
    assert view.copies_words.startswith("The server cannot be reached.")
    office.keeper.put()
    assert office.kept() == [], "not at once again"
    office.clock.advance(minutes=11)
    office.keeper.put()
    assert len(office.kept()) == 1


@pytest.mark.databases("sqlite")
def test_it_is_given_up_in_the_end(office: Office) -> None:
    office.send()
    with office.database.transaction() as session:
        stop_fetch(session, SYSTEM, office.address, now=office.clock())
    office.keeper.put()
    assert len(office.copies()) == 1
    office.clock.advance(seconds=int((COPY_GIVEN_UP_AFTER + timedelta(hours=1)).total_seconds()))
    office.keeper.put()
    assert office.copies() == []
    assert states(office.database) == ["sent"]


@pytest.mark.databases("sqlite")
def test_bytes_that_are_kept_no_more_are_written_anew(office: Office) -> None:
    office.send()
    with office.database.transaction() as session:
        session.query(OutboundMail).one().rendered_sha256 = None
    office.keeper.put()
    assert office.kept()[0][0] == office.relay.mails[0].content


@pytest.mark.databases("sqlite")
def test_the_sweep_has_them_put_there_beside_it(office: Office) -> None:
    office.send()
    office.keeper.put_if_due()
    assert office.keeper._thread is not None
    office.keeper._thread.join(10)
    assert len(office.kept()) == 1
