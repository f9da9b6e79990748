"""What staff see of whether mail comes in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Alarm
from helpdesk.queries.mail_watch import (
    alarms,
    flights,
    hours_of,
    last_mail,
    mailbox_watches,
    unwritten_mails,
)
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, Shop


def test_each_mailbox_tells_when_its_last_mail_came(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        (watch,) = mailbox_watches(session, shop.agent, NOW)
        assert (watch.address, watch.last, watch.today) == ("support@shop.example", None, 0)
    receive(database, mail())
    with database.reading() as session:
        (watch,) = mailbox_watches(session, shop.agent, NOW + timedelta(hours=1))
        assert (watch.last, watch.today) == (NOW, 1)
        assert last_mail(session, shop.mailbox.id) == NOW
        hours = hours_of(session, [shop.mailbox.id], NOW + timedelta(hours=2))
        assert hours[shop.mailbox.id] == {NOW: 1}


def test_alarms_stand_in_the_order_in_which_they_began(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for kind, minutes in (("silence", 5), ("unwritten", 0)):
            since = NOW + timedelta(minutes=minutes)
            session.add(Alarm(key=kind, kind=kind, since=since, noticed_at=since))
    with database.reading() as session:
        assert [alarm.kind for alarm in alarms(session)] == ["unwritten", "silence"]
        assert unwritten_mails(session, NOW) is None
        assert flights(session, shop.agent, NOW) == ()
        for read in (mailbox_watches, flights):
            with pytest.raises(NotAllowed):
                read(session, actor_of(shop.ann), NOW)
