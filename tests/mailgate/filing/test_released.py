"""Quarantine: what a person releases is filed, and the ledger balances at every step."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.release_mail import discard_mail, hold_again, release_mail
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import InboundMail, OutboundMail, Ticket
from helpdesk.queries.at_hand import any_asked_of_filer
from helpdesk.queries.ledger import current_ledger
from helpdesk.settings import Settings
from helpdesk.tickets.access import actor_of
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.mails import NOW, comments, file_all, filer_of, put, recorded, write
from tests.support.factories import Shop, make_shop


def test_a_released_mail_stands_on_a_ticket_and_says_who_released_it(
    settings: Settings, database: Database
) -> None:
    shop = make_shop(database)
    spool = Spool(settings.spool_dir)
    # From our own mailbox: held, since answering it would be answering ourselves.
    raw = write(sender="Shop <support@shop.example>", Reply_To="Ann <ann@mail.example>")
    with filer_of(settings, database) as filer:
        put(spool, raw)
        file_all(filer, spool)
        [held] = recorded(database)
        assert held.state == "held"

        _release(database, shop, held.id)
        assert current_ledger(spool.folder, database).waiting == 1
        assert current_ledger(spool.folder, database).difference == 0
        with database.asking() as session:
            assert any_asked_of_filer(session)
        assert filer.file_released() == 1
        with database.asking() as session:
            assert not any_asked_of_filer(session)

    [filed] = recorded(database)
    assert (filed.id, filed.state, filed.decision["released_by"]) == (held.id, "filed", "agent")
    assert current_ledger(spool.folder, database).difference == 0
    with database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert ticket.requester.address == "ann@mail.example"


def test_a_released_mail_is_filed_once(settings: Settings, database: Database) -> None:
    shop = make_shop(database)
    held = _held(settings, database)

    _release(database, shop, held.id)
    with filer_of(settings, database) as filer:
        assert filer.file_released() == 1
        assert filer.file_released() == 0
    with pytest.raises(InvalidInput, match="meanwhile"):
        _release(database, shop, held.id)

    assert len(comments(database)) == 1


def test_who_a_forged_mail_says_it_is_from_hears_nothing_of_its_release(
    make_settings: MakeSettings, database: Database
) -> None:
    shop = make_shop(database)
    settings = make_settings(AUTH="front", TRUSTED_AUTHSERV="mx.shop.example")
    spool = Spool(settings.spool_dir)
    verdict = "mx.shop.example; dmarc=fail (p=reject) header.from=mail.example"
    with filer_of(settings, database) as filer:
        put(spool, write(Authentication_Results=verdict))
        file_all(filer, spool)
        [held] = recorded(database)
        assert held.state == "held"
        _release(database, shop, held.id)
        assert filer.file_released() == 1
    assert recorded(database)[0].state == "filed"
    with database.reading() as session:
        assert session.scalars(select(OutboundMail)).all() == []


def test_a_mail_that_names_nobody_is_held_again_with_the_reason(
    settings: Settings, database: Database
) -> None:
    shop = make_shop(database)
    held = _held(settings, database, sender="nobody at all", mail_from="")

    _release(database, shop, held.id)
    with filer_of(settings, database) as filer:
        filer.file_released()

    [row] = recorded(database)
    assert (row.state, row.ticket_id) == ("held", None)
    assert "nobody who could be answered" in row.reason


def test_a_discarded_mail_can_be_held_again(settings: Settings, database: Database) -> None:
    shop = make_shop(database)
    held = _held(settings, database)

    with database.transaction() as session:
        discard_mail(session, shop.agent, held.id, now=NOW)
    assert recorded(database)[0].state == "set_aside"
    with database.transaction() as session:
        hold_again(session, shop.agent, held.id, now=NOW)

    assert recorded(database)[0].state == "held"


def test_only_staff_decide(settings: Settings, database: Database) -> None:
    shop = make_shop(database)
    held = _held(settings, database)

    for action in (release_mail, discard_mail, hold_again):
        with pytest.raises(NotAllowed), database.transaction() as session:
            action(session, actor_of(shop.ann), held.id, now=NOW)


def _held(
    settings: Settings,
    database: Database,
    sender: str = "Shop <support@shop.example>",
    mail_from: str = "carla@mail.example",
) -> InboundMail:
    spool = Spool(settings.spool_dir)
    with filer_of(settings, database) as filer:
        put(spool, write(sender=sender), mail_from=mail_from)
        file_all(filer, spool)
    [held] = recorded(database)
    assert held.state == "held"
    return held


def _release(database: Database, shop: Shop, mail_id: int) -> None:
    with database.transaction() as session:
        release_mail(session, shop.agent, mail_id, now=NOW)
