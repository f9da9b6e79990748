"""What one is mailed about, and in which language and zone: everybody's own choice."""

from __future__ import annotations

import pytest

from helpdesk.actions.set_mails import set_mails, time_zones
from helpdesk.actor import VISITOR
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.mail_out.notification_kinds import CUSTOMER_KINDS, STAFF_KINDS
from helpdesk.models import Person
from helpdesk.tickets.access import actor_of
from tests.support.factories import Shop


def test_what_is_not_wanted_is_switched_off(database: Database, shop: Shop) -> None:
    wanted = next(iter(STAFF_KINDS))
    with database.transaction() as session:
        person = set_mails(
            session, shop.agent, wanted=[wanted], language="de", time_zone="Europe/Berlin"
        )
        assert person.muted == [kind for kind in STAFF_KINDS if kind != wanted]
        assert (person.language, person.time_zone) == ("de", "Europe/Berlin")
        assert set_mails(session, actor_of(shop.ann), wanted=[]).muted == list(CUSTOMER_KINDS)
        assert set_mails(session, shop.agent, wanted=STAFF_KINDS).muted == []


def test_what_there_is_none_of_is_refused_by_field(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for field, wrong in (("language", "xx"), ("time_zone", "Mars/Base"), ("time_zone", "UTC")):
            with pytest.raises(InvalidInput) as refused:
                set_mails(session, shop.agent, wanted=[], **{field: wrong})
            assert refused.value.field == field


def test_nobody_chooses_who_is_not_signed_in(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        session.get_one(Person, shop.bob.id).active = False
        for nobody in (VISITOR, actor_of(shop.bob)):
            with pytest.raises(NotAllowed):
                set_mails(session, nobody, wanted=[])


def test_zones_are_those_of_places() -> None:
    assert "Europe/Berlin" in time_zones()
    assert not [zone for zone in time_zones() if zone.startswith("Etc/") or "/" not in zone]
