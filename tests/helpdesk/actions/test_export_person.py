"""Admins alone export somebody, and colleagues are not exported."""

from __future__ import annotations

import pytest

from helpdesk.actions.export_person import export_person
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from tests.support.factories import NOW, Shop, make_ticket


def test_who_may(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann)
        with pytest.raises(NotAllowed):
            export_person(session, shop.agent, "ann@mail.example", now=NOW)
        with pytest.raises(InvalidInput):
            export_person(session, shop.admin, "agent@shop.example", now=NOW)
        export = export_person(session, shop.admin, "ann@mail.example", now=NOW)
    assert [one["subject"] for one in export.tickets] == ["My kettle leaks"]
