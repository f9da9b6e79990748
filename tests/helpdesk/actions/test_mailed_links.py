"""Links that prove an address: mailed, used once, and for a while only."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.actions.mailed_links import (
    GOOD_FOR,
    MOST_PER_HOUR,
    add_address_by_link,
    ask_to_add_address,
    ask_to_sign_in,
    look_at_link,
    send_link_anew,
    sign_in_by_link,
)
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Mailbox, Person
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.people import person_at, person_for
from tests.helpdesk.mails import outbox
from tests.support.factories import NOW, Shop

MINUTE = timedelta(minutes=1)
ANN = "ann@mail.example"


def ask(database: Database, address: str = ANN, now: datetime = NOW) -> None:
    with database.transaction() as session:
        ask_to_sign_in(session, address, now=now)


def mailed(database: Database) -> str:
    """The token in the newest mail."""
    path: str = outbox(database)[-1].values["path"]
    return path.rpartition("/")[2]


def test_a_link_signs_in_once(database: Database, shop: Shop) -> None:
    ask(database)
    token = mailed(database)
    with database.transaction() as session:
        state = look_at_link(session, token, now=NOW)
        assert state is not None
        assert (state.purpose, state.address, state.is_good) == ("sign_in", ANN, True)
        person = sign_in_by_link(
            session, token, language="de", time_zone="Europe/Berlin", now=NOW + MINUTE
        )
        assert (person.id, person.language, person.time_zone) == (
            shop.ann.id, "de", "Europe/Berlin")  # fmt: skip
    with database.transaction() as session:
        used = look_at_link(session, token, now=NOW + MINUTE)
        assert used is not None
        assert not used.is_good
        with pytest.raises(NotFound):
            sign_in_by_link(session, token, now=NOW + MINUTE)


def test_a_link_runs_out_and_is_sent_anew(database: Database, shop: Shop) -> None:
    ask(database)
    old = mailed(database)
    late = NOW + GOOD_FOR
    with database.transaction() as session, pytest.raises(NotFound):
        sign_in_by_link(session, old, now=late)
    with database.transaction() as session:
        send_link_anew(session, "never ours", now=late)
        send_link_anew(session, old, now=late)
    assert [one.recipient for one in outbox(database)] == [ANN, ANN]
    with database.transaction() as session:
        assert sign_in_by_link(session, mailed(database), now=late).id == shop.ann.id


def test_whoever_is_new_gets_the_same_mail(database: Database, shop: Shop) -> None:
    ask(database)
    ask(database, "new@mail.example")
    known, new = outbox(database)
    assert (known.template, known.subject) == (new.template, new.subject)
    with database.transaction() as session:
        assert person_at(session, "new@mail.example") is None
        assert sign_in_by_link(session, mailed(database), now=NOW).role == "customer"


def test_a_colleague_signs_in_at_the_desk(database: Database, shop: Shop) -> None:
    ask(database, "agent@shop.example")
    with database.transaction() as session, pytest.raises(NotAllowed):
        sign_in_by_link(session, mailed(database), now=NOW)


def test_no_mailbox_of_ours_and_nobody_too_often(database: Database, shop: Shop) -> None:
    ask(database, "support+x@shop.example")
    assert outbox(database) == []
    for _ in range(MOST_PER_HOUR + 3):
        ask(database)
    assert len(outbox(database)) == MOST_PER_HOUR
    ask(database, now=NOW + timedelta(hours=1))
    assert len(outbox(database)) == MOST_PER_HOUR + 1
    with pytest.raises(InvalidInput):
        ask(database, "nonsense")


def test_tags_behind_the_plus_are_one_inbox(database: Database, shop: Shop) -> None:
    for tag in range(MOST_PER_HOUR + 3):
        ask(database, f"vic+{tag}@mail.example")
    assert len(outbox(database)) == MOST_PER_HOUR
    ask(database, "vic@mail.example")
    assert len(outbox(database)) == MOST_PER_HOUR
    ask(database, "vic+0@other.example")
    ask(database, "vi+0@mail.example")
    # A service's tags are people of their own.
    for tag in range(MOST_PER_HOUR + 3):
        ask(database, f"reply+{tag}@service.example")
    assert len(outbox(database)) == 2 * MOST_PER_HOUR + 5


def test_an_address_is_added_by_the_hands_of_who_asked(database: Database, shop: Shop) -> None:
    ann, bob = actor_of(shop.ann), actor_of(shop.bob)
    with database.transaction() as session:
        for nobody in (shop.agent, type(ann)(None, ann.role)):
            with pytest.raises(NotAllowed):
                ask_to_add_address(session, nobody, "ann@work.example", now=NOW)
        ask_to_add_address(session, ann, "ann@work.example", now=NOW)
    token = mailed(database)
    with pytest.raises(NotFound), database.transaction() as session:
        add_address_by_link(session, bob, token, now=NOW)
    with pytest.raises(NotFound), database.transaction() as session:
        sign_in_by_link(session, token, now=NOW)
    with database.transaction() as session:
        add_address_by_link(session, ann, token, now=NOW)
        found = person_at(session, "ann@work.example")
        assert found is not None
        assert found.id == shop.ann.id


@pytest.mark.parametrize(
    ("known", "asks", "who"),
    [
        (("kim@gmail.com",), "kim+shop@gmail.com", "kim@gmail.com"),
        (("kim+shop@gmail.com",), "kim@gmail.com", "kim+shop@gmail.com"),
        (("kim+shop@gmail.com",), "Kim+News@googlemail.com", "kim+shop@gmail.com"),
        (("kim@gmail.com", "kim+shop@gmail.com"), "kim+new@gmail.com", "kim@gmail.com"),
        (("kim@gmail.com", "kim+shop@gmail.com"), "kim+shop@gmail.com", "kim+shop@gmail.com"),
        (("reply+kim@gmail.com",), "reply+ann@gmail.com", "reply+ann@gmail.com"),
        # Several, and none of them without a tag: nobody is guessed.
        (("kim+a@gmail.com", "kim+b@gmail.com"), "kim@gmail.com", "kim@gmail.com"),
        (("kim@gmail.com",), "kim+shop@yahoo.example", "kim+shop@yahoo.example"),
        (("kimx@gmail.com", "k_m@gmail.com"), "k_m+x@gmail.com", "k_m@gmail.com"),
        (("kxm+1@gmail.com",), "k_m@gmail.com", "k_m@gmail.com"),
    ],
)
def test_one_mailbox_is_one_person_whatever_the_tag(
    database: Database, shop: Shop, known: tuple[str, ...], asks: str, who: str
) -> None:
    with database.transaction() as session:
        for address in known:
            person_for(session, address, "", NOW)
    ask(database, asks)
    with database.transaction() as session:
        person = sign_in_by_link(session, mailed(database), now=NOW)
        assert [one.address for one in person.addresses] == [who]


def test_a_colleague_s_mailbox_is_theirs_with_a_tag_too(database: Database, shop: Shop) -> None:
    for active in (True, False):
        with database.transaction() as session:
            session.get_one(Person, shop.agent.person_id).active = active
        ask(database, "agent+x@shop.example")
        with database.transaction() as session, pytest.raises(NotAllowed):
            sign_in_by_link(session, mailed(database), now=NOW)


def test_no_link_goes_to_a_mailbox_of_ours_or_to_this_machine(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        session.get_one(Mailbox, shop.mailbox.id).fed_through = ["hidden@shop.example"]
    for address in (
        "support@shop.example",
        "support+x@shop.example",
        "hidden@shop.example",
        "hidden+x@shop.example",
        "admin@localhost",
        "admin@mail.localhost",
    ):
        ask(database, address)
    assert outbox(database) == []
