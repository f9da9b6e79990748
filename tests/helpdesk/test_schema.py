"""The schema: brought up to date, back, and asked whether it is current."""

from __future__ import annotations

from sqlalchemy import inspect, select

from helpdesk.db import Database, connect
from helpdesk.models import Ticket
from helpdesk.schema import downgrade, is_current, migrate
from helpdesk.tickets.content import StoredFile
from tests.conftest import MakeSettings
from tests.helpdesk.mails import mail, receive
from tests.support.factories import Shop


def test_an_empty_database_is_brought_up_to_date_once_and_back(
    empty_database_url: str, make_settings: MakeSettings
) -> None:
    database = connect(make_settings(DATABASE_URL=empty_database_url))
    try:
        assert not is_current(database)
        assert migrate(database)
        assert is_current(database)
        assert not migrate(database), "there is nothing more to do"
        assert "ticket" in inspect(database.engine).get_table_names()
        downgrade(database, "base")
        assert not is_current(database)
        assert "ticket" not in inspect(database.engine).get_table_names()
    finally:
        database.dispose()


def test_tickets_that_were_there_before_show_whether_they_have_files(
    database: Database, shop: Shop
) -> None:
    bill = StoredFile("bill.pdf", "application/pdf", 3, "ab" * 32)
    picture = StoredFile("logo.png", "image/png", 3, "ab" * 32, "inline", "logo@x")
    for files in ((bill,), (picture,), ()):
        receive(database, mail(files=files, message_id=f"{len(files)}{files}@x"))

    def with_files() -> list[bool]:
        with database.reading() as session:
            return list(session.scalars(select(Ticket.has_files).order_by(Ticket.id)))

    before = with_files()
    downgrade(database, "0038")
    migrate(database)
    assert with_files() == before == [True, False, False]
