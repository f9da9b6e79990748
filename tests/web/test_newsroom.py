"""What open pages are told: which tickets changed, who is where, and that one is signed out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import change_priority
from helpdesk.actions.mark_seen import mark_seen
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import Person, Ticket
from helpdesk.queries.news import MOST
from helpdesk.tickets.access import actor_of
from tests.support.factories import make_ticket
from tests.support.loops import in_a_loop
from tests.web.conftest import Browser, Desk
from web.newsroom import Newsroom
from web.presence import Presence, Present


def clock() -> datetime:
    return datetime.now(UTC)


def room_of(desk: Desk, redis_url: str) -> Newsroom:
    return Newsroom(desk.database, Presence(redis_url), clock, checked_every=0.3)


async def hear(
    listening: AsyncIterator[bytes], wanted: Callable[[str, object], bool]
) -> dict[str, str]:
    """The fields of the first event that is wanted."""
    async with asyncio.timeout(20):
        async for chunk in listening:
            for event in chunk.decode().split("\n\n"):
                fields = dict(line.split(": ", 1) for line in event.splitlines() if ": " in line)
                name = event.partition("event: ")[2].partition("\n")[0]
                if name and wanted(name, json.loads(fields.get("data") or "null")):
                    return fields
    raise AssertionError("the stream ended")


def is_news_of(number: str) -> Callable[[str, object], bool]:
    return lambda name, data: name == "tickets" and isinstance(data, list) and number in data


def test_what_changes_is_told_once_and_what_was_missed_first(desk: Desk, redis_url: str) -> None:
    room, number = room_of(desk, redis_url), desk.ticket.number

    async def story() -> None:
        listening = room.listen(None, lambda: True)
        await hear(listening, lambda name, _: name == "tickets")
        with desk.database.transaction() as session:
            change_priority(session, actor_of(desk.bo), desk.ticket.id, "low", now=clock())
        event = await hear(listening, is_news_of(number))
        await listening.aclose()  # type: ignore[attr-defined]
        with desk.database.transaction() as session:
            add_note(session, actor_of(desk.bo), desk.other.id, text="Look.", now=clock())
        again = room.listen(datetime.fromisoformat(event["id"]), lambda: True)
        missed = json.loads((await hear(again, lambda name, _: name == "tickets"))["data"])
        assert desk.other.number in missed
        await again.aclose()  # type: ignore[attr-defined]

    in_a_loop(story())


def test_who_is_where_and_until_when(desk: Desk, redis_url: str) -> None:
    room, number = room_of(desk, redis_url), desk.ticket.number

    async def story() -> None:
        listening = room.listen(None, lambda: True)
        bo = [desk.bo.id, "Bo Okafor", True]
        room.presence.say(number, desk.bo.id, writes=False)
        await hear(listening, lambda name, data: data == {number: [[*bo[:2], False]]})
        room.presence.say(number, desk.bo.id, writes=True)
        await hear(listening, lambda name, data: data == {number: [bo]})
        room.presence.say(number, desk.bo.id, writes=True, leaves=True)
        await hear(listening, lambda name, data: (name, data) == ("presence", {}))
        await listening.aclose()  # type: ignore[attr-defined]

    in_a_loop(story())


def test_who_is_no_colleague_any_more_is_nowhere(desk: Desk, redis_url: str) -> None:
    room, number = room_of(desk, redis_url), desk.ticket.number

    async def story() -> None:
        listening = room.listen(None, lambda: True)
        room.presence.say(number, desk.bo.id, writes=False)
        await hear(listening, lambda name, data: name == "presence" and data != {})
        with desk.database.transaction() as session:
            session.get_one(Person, desk.bo.id).active = False
        await hear(listening, lambda name, data: (name, data) == ("presence", {}))
        await listening.aclose()  # type: ignore[attr-defined]

    in_a_loop(story())


def test_who_leaves_by_one_tab_is_there_by_another(redis_url: str) -> None:
    presence = Presence(redis_url)
    presence.say("TKT1", 7, writes=True, tab="one")
    presence.say("TKT1", 7, writes=False, tab="two")
    assert presence.everybody() == {Present("TKT1", 7, True)}
    presence.say("TKT1", 7, writes=False, leaves=True, tab="two")
    assert presence.everybody() == {Present("TKT1", 7, True)}
    presence.say("TKT1", 7, writes=False, tab="one")
    assert presence.everybody() == {Present("TKT1", 7, False)}
    presence.say("TKT1", 7, writes=False, leaves=True, tab="one")
    assert not presence.everybody()


def test_whose_browser_died_writes_no_more_and_then_is_gone(redis_url: str) -> None:
    now = datetime.now(UTC).timestamp()
    presence = Presence(redis_url, clock=lambda: now)
    presence.say("TKT1", 7, writes=True, tab="one")
    now += 16
    assert presence.everybody() == {Present("TKT1", 7, False)}
    now += 15
    assert not presence.everybody()


def test_who_says_nothing_more_is_gone_and_redis_may_be(redis_url: str) -> None:
    now = datetime.now(UTC).timestamp()
    presence = Presence(redis_url, clock=lambda: now)
    presence.say("TKT1", 7, writes=True)
    assert [one.person_id for one in presence.everybody()] == [7]
    now += timedelta(minutes=1).total_seconds()
    assert not presence.everybody()
    away = Presence("redis://127.0.0.1:1/0")
    away.say("TKT1", 7, writes=True)
    assert not away.everybody()


def test_it_ends_with_the_session(desk: Desk, redis_url: str) -> None:
    room, stands = room_of(desk, redis_url), True

    async def story() -> None:
        nonlocal stands
        listening = room.listen(None, lambda: stands)
        await hear(listening, lambda name, _: name == "tickets")
        stands = False
        await hear(listening, lambda name, _: name == "signed-out")
        assert [one async for one in listening] == []

    in_a_loop(story())


def test_after_a_burst_the_next_change_is_told(desk: Desk, redis_url: str) -> None:
    room = room_of(desk, redis_url)
    with desk.database.transaction() as session:
        many = [make_ticket(session, desk.ann, f"Burst {at}", now=clock()) for at in range(MOST)]

    async def story() -> None:
        listening = room.listen(None, lambda: True)
        await hear(listening, lambda name, _: name == "tickets")
        with desk.database.transaction() as session:
            for one in many:
                change_priority(session, actor_of(desk.bo), one.id, "low", now=clock())
        await hear(listening, lambda name, data: (name, data) == ("tickets", "all"))
        await asyncio.sleep(1)
        with desk.database.transaction() as session:
            change_priority(session, actor_of(desk.bo), desk.ticket.id, "low", now=clock())
        await hear(listening, lambda name, data: name == "tickets" and bool(data))
        await listening.aclose()  # type: ignore[attr-defined]

    in_a_loop(story())


def test_each_reader_is_told_what_concerns_them(desk: Desk, redis_url: str) -> None:
    room, bo, ada = room_of(desk, redis_url), actor_of(desk.bo), actor_of(desk.ada)

    def is_count(count: int) -> Callable[[str, object], bool]:
        return lambda name, data: (name, data) == ("concerns", count)

    async def story() -> None:
        listening = room.listen(None, lambda: True, desk.bo.id)
        other = room.listen(None, lambda: True, desk.ada.id)
        await hear(listening, is_count(0))
        await hear(other, is_count(0))
        with desk.database.transaction() as session:
            note = add_note(session, ada, desk.ticket.id, text="@bo, look.", now=clock())
        await hear(listening, is_count(1))
        with desk.database.transaction() as session:
            mark_seen(session, bo, desk.ticket.number, note.id, now=clock())
            add_note(session, bo, desk.ticket.id, text="@ada, done.", now=clock())
        await hear(listening, is_count(0))
        # The first count that she hears is her own.
        told = await hear(other, lambda name, _: name == "concerns")
        assert told["data"] == "1"
        for one in (listening, other):
            await one.aclose()  # type: ignore[attr-defined]

    in_a_loop(story())


def test_nonsense_ends_no_stream(desk: Desk, agent: Browser, redis_url: str) -> None:
    for nonsense in ("A|B", "", "TKT19990101001"):
        answer = agent.post("/desk/presence", "/desk", ticket=nonsense)
        assert answer.status_code == 404, nonsense
    room = room_of(desk, redis_url)
    room.presence.say("A|B", desk.bo.id, writes=True)
    room.presence.say(desk.ticket.number, desk.bo.id, writes=True)
    assert desk.ticket.number in {one.number for one in room.presence.everybody()}


def test_of_a_mailbox_that_one_has_not_nothing_is_told(desk: Desk, redis_url: str) -> None:
    with desk.database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "other@shop.example", name="Other", now=clock())
        session.get_one(Ticket, desk.other.id).mailbox_id = box.id
        session.get_one(Person, desk.bo.id).mailbox_rights = {str(desk.ticket.mailbox_id): "see"}
    room, presence = room_of(desk, redis_url), Presence(redis_url)
    numbers = desk.ticket.number, desk.other.number

    async def told(reader: int, last_seen: datetime | None) -> tuple[set[str], set[str]]:
        """Of which tickets there was news, and at which somebody is, until that of the first."""
        listening = room.listen(last_seen, lambda: True, reader)
        news: set[str] = set()
        there: set[str] = set()

        def is_all(name: str, data: object) -> bool:
            assert isinstance(data, dict | list | int)
            if name == "tickets" and isinstance(data, list):
                news.update(data)
            if name == "presence" and isinstance(data, dict):
                there.update(data)
            return numbers[0] in news and numbers[0] in there

        await hear(listening, is_all)
        await listening.aclose()  # type: ignore[attr-defined]
        return news, there

    async def change(priority: str, after: float) -> None:
        await asyncio.sleep(after)
        with desk.database.transaction() as session:
            for one in (desk.other, desk.ticket):
                change_priority(session, actor_of(desk.ada), one.id, priority, now=clock())
        for number in reversed(numbers):
            presence.say(number, desk.ada.id, writes=True)

    async def story() -> None:
        begun = clock() - timedelta(seconds=1)
        await change("low", 0)
        # What was missed, first; then what comes while one listens.
        for last_seen, coming in ((begun, change("low", 0)), (None, change("high", 0.3))):
            readers = told(desk.bo.id, last_seen), told(desk.ada.id, last_seen)
            bo, ada, _ = await asyncio.gather(*readers, coming)
            assert bo == ({numbers[0]}, {numbers[0]})
            assert ada == (set(numbers), set(numbers))

    in_a_loop(story())
