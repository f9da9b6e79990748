"""What is asked once for all mails that are filed together, and is true of each of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from helpdesk.absent import is_absent
from helpdesk.db import Database
from helpdesk.mail_in.asked_ahead import UNSEEN, ask_ahead
from helpdesk.models import BlockedSender, Person, Ticket
from helpdesk.settings import Settings
from helpdesk.tickets.folders import is_blocked
from helpdesk.tickets.people import new_customer, person_at
from helpdesk.vocabulary import Folder
from mailgate.spool.spool import Spool
from tests.mailgate.filing.mails import file_all, filer_of, put, recorded, write
from tests.support.factories import NOW, make_shop
from tests.support.statements import asked_of


def test_mails_filed_together_know_of_one_another(settings: Settings, database: Database) -> None:
    make_shop(database)
    with database.transaction() as session:
        session.add(BlockedSender(address="@spam.example", added_at=NOW))
    spool = Spool(settings.spool_dir)
    first = write(sender="Max <max@mail.example>", Message_ID="<first@mail.example>")
    mails = (
        first,
        first,  # again, as another file
        write("Another", "It drips.", sender="max@mail.example", Message_ID="<other@mail.example>"),
        write("Win", "Win a prize.", sender="eve@spam.example", Message_ID="<win@spam.example>"),
    )
    for raw in mails:
        put(spool, raw)
    with filer_of(settings, database) as filer:
        file_all(filer, spool)
    assert [row.state for row in recorded(database)] == ["filed", "set_aside", "filed", "filed"]
    with database.reading() as session:
        tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
        new = [ticket for ticket in tickets if ticket.subject != "My kettle leaks"][-2:]
        assert [ticket.folder for ticket in new] == [Folder.INBOX, Folder.SPAM]
        requesters = {t.requester_id for t in tickets if t.requester.address == "max@mail.example"}
        assert len(requesters) == 1


def test_what_is_there_is_not_told_to_be_absent(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        session.add(BlockedSender(address="eve@mail.example", added_at=NOW))
    with database.transaction() as session:
        known = session.get_one(Person, shop.ann.id).address
        ask_ahead(session, [("a key", known), ("another", "Eve+x@Mail.example"), ("none", "")])
        found = person_at(session, known)
        assert found is not None
        assert found.id == shop.ann.id
        assert is_blocked(session, "Eve+x@mail.example")
        with asked_of(database) as asked:
            assert is_absent(session, UNSEEN, "a key")
            assert person_at(session, "eve+x@mail.example") is None
            assert not is_blocked(session, known)
        assert not asked
        made = new_customer(session, "eve+x@mail.example", "", datetime.now(UTC))
        assert person_at(session, "eve+x@mail.example") is made
