"""Quarantine: what staff release, delete, or hold again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.release_mail import (
    MOST_AT_ONCE,
    decide_mails,
    discard_mail,
    file_released,
    hold_again,
    release_and_trust,
    release_mail,
    released_mails,
)
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.mail_in.incoming import Incoming
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import mail, outbox, receive, recorded
from tests.support.factories import NOW, Shop


def hold(database: Database, sender: str | None = "eve@bad.example") -> Incoming:
    """A mail that is held; as it would be read once more to be filed."""
    one = mail(sender, envelope_from=sender or "", hold_reason="It fails the check of its sender.")
    assert receive(database, one).state == "held"
    return replace(one, hold_reason="", arrival=replace(one.arrival, released_by="agent"))


def states(database: Database) -> list[str]:
    return [row.state.value for row in recorded(database)]


def test_a_released_mail_waits_and_is_filed_once(database: Database, shop: Shop) -> None:
    one = hold(database)
    with database.transaction() as session:
        release_mail(session, shop.agent, 1, now=NOW)
        assert [row.id for row in released_mails(session)] == [1]
    with database.transaction() as session:
        filed = file_released(session, one, now=NOW)
        assert (filed.state, filed.is_new_ticket) == ("filed", True)
        assert file_released(session, one, now=NOW).ticket_id is None
    [row] = recorded(database)
    assert (row.state, row.decision["released_by"]) == ("filed", "agent")
    assert row.decision["held_for"] == "It fails the check of its sender."


def test_one_that_names_nobody_is_held_again(database: Database, shop: Shop) -> None:
    one = hold(database, None)
    with database.transaction() as session:
        release_mail(session, shop.agent, 1, now=NOW)
    with database.transaction() as session:
        assert file_released(session, one, now=NOW).state == "held"
    assert "nobody who could be answered" in recorded(database)[0].reason
    assert outbox(database) == []


def test_trusted_at_once_its_sender_is_held_no_more(database: Database, shop: Shop) -> None:
    hold(database)
    hold(database, None)
    with database.transaction() as session:
        assert release_and_trust(session, shop.agent, 1, now=NOW).address == "eve@bad.example"
        with pytest.raises(InvalidInput) as refused:
            release_and_trust(session, shop.agent, 2, now=NOW)
        assert refused.value.field == "address"
    more = mail("eve@bad.example", hold_reason="It fails the check of its sender.")
    assert receive(database, more).state == "filed"


def test_what_was_deleted_can_be_held_again_and_what_was_set_aside_cannot(
    database: Database, shop: Shop
) -> None:
    hold(database)
    with database.transaction() as session:
        discard_mail(session, shop.agent, 1, now=NOW)
    assert states(database) == ["set_aside"]
    with database.transaction() as session:
        hold_again(session, shop.agent, 1, now=NOW)
    assert states(database) == ["held"]
    again = mail(same_key="k"), mail(same_key="k")
    for one in again:
        receive(database, one)
    with database.transaction() as session, pytest.raises(InvalidInput) as refused:
        hold_again(session, shop.agent, 3, now=NOW)
    assert refused.value.field == "state"


def test_of_many_those_decided_meanwhile_are_passed_over(database: Database, shop: Shop) -> None:
    for _ in range(3):
        hold(database)
    with database.transaction() as session:
        discard_mail(session, shop.agent, 2, now=NOW)
    with database.transaction() as session:
        decided = decide_mails(session, shop.agent, [1, 2, 3, 99], "discard", now=NOW)
        assert list(vars(decided).values()) == [(1, 3), 2]
        for wrong in ([], range(MOST_AT_ONCE + 1)):
            with pytest.raises(InvalidInput):
                decide_mails(session, shop.agent, list(wrong), "discard", now=NOW)


def test_only_staff_decide_and_about_what_there_is(database: Database, shop: Shop) -> None:
    hold(database)
    with database.transaction() as session:
        for decide in (release_mail, release_and_trust, discard_mail, hold_again):
            with pytest.raises(NotAllowed):
                decide(session, actor_of(shop.ann), 1, now=NOW)
            for missing in (0, 99, 10**30):
                with pytest.raises(NotFound):
                    decide(session, shop.agent, missing, now=NOW)
    assert states(database) == ["held"]
