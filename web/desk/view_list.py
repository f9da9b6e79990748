"""What stands at the side of every page: the desk's own views, the saved ones, what is new in each;
and the mailboxes and teams.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from flask import Flask, current_app

from helpdesk.queries.bulk import many_changed
from helpdesk.queries.places import MOST_PLACES, Place, open_counts
from helpdesk.queries.saved_views import (
    MOST_UNREAD,
    ViewCount,
    all_saved_views,
    counts_of,
    views_for,
)
from helpdesk.queries.views import MOST_COUNTED, VIEWS, View
from web.cached import CachedValue, ChangeMark
from web.options import options
from web.sign_in import signed_in
from web.store import now, read_session, store

_KEY = "postdesk.view_list"
COUNTED_FOR = timedelta(seconds=20)
"""How long counts stand before a page asks anew; what took long to count stands longer."""
_SHARE = 50
QUICK = timedelta(seconds=0.2)
"""What was counted so fast before, a page counts itself, where the old counts must be wrong."""
COMMITTED_WITHIN = timedelta(seconds=2)
"""How late a change of many tickets may be seen after the moment at which it ended."""
_SHOWN_FOR = timedelta(minutes=10)
_MOST_PEOPLE = 1000
_Reader = tuple[int, tuple[int, ...] | None]
"""A person, and the mailboxes that they see."""


@dataclass(frozen=True)
class _StoredCounts:
    counts: Mapping[str, ViewCount]
    open_at: Mapping[str, int]
    """How many tickets are open of each mailbox and team."""
    at: datetime
    took: timedelta

    @property
    def lasts(self) -> timedelta:
        return max(COUNTED_FOR, self.took * _SHARE)


@dataclass(frozen=True)
class PlaceGroup:
    """The mailboxes, or the teams, under their heading."""

    field: str
    label: str
    places: tuple[Place, ...]


def init_app(app: Flask) -> None:
    """Cache the saved views of this process, and each person's counts."""
    cached = CachedValue(_read_saved, seconds=5, mark=ChangeMark("views"))
    app.extensions[_KEY] = {"saved": cached, "counted": {}}


def _read_saved() -> tuple[View, ...]:
    with store().database.reading() as session:  # not as of when this request began
        return all_saved_views(session)


def saved_views() -> list[View]:
    """The saved views that who is signed in has, at most some seconds old."""
    return views_for(signed_in().actor, _saved().get())


def all_views() -> list[View]:
    """The desk's own views, and then the saved ones."""
    return [*VIEWS.values(), *saved_views()]


def shown_places() -> tuple[PlaceGroup, ...]:
    """The mailboxes that who is signed in may see, and the teams. A single mailbox is left out:
    every view is a list of it.
    """
    offered = options().of(signed_in().actor)
    boxes = tuple(
        Place("mailbox", box.id, box.name) for box in offered.mailboxes if not box.is_removed
    )
    teams = tuple(Place("team", team.id, team.name) for team in offered.teams)
    return (
        PlaceGroup("mailbox", "Mailboxes", boxes[:MOST_PLACES] if len(boxes) > 1 else ()),
        PlaceGroup("team", "Teams", teams[:MOST_PLACES]),
    )


def forget_views() -> None:
    """Have them read anew: one was saved, changed or deleted."""
    _saved().forget()
    _counted().clear()


def shown_counts(*, anew: bool = False) -> tuple[dict[str, str], dict[str, str], bool]:
    """In words, by the view's name: how many tickets each saved view has, each mailbox and
    each team; how many of each view one has not read; and whether they should be counted anew.

    :param anew: count them now, unless that was done some seconds ago. No page waits for it, but
        where many tickets were changed since, and it is quick: open pages ask later.
    """
    counted, me = _counted(), signed_in()
    key = (me.person.id, me.actor.mailbox_ids)
    kept, moment = counted.get(key), now()
    is_void = kept is not None and _is_void(kept)
    is_stale = kept is None or is_void or not timedelta(0) <= moment - kept.at < kept.lasts
    if is_stale and (anew or (is_void and kept and kept.took < QUICK)):
        if len(counted) >= _MOST_PEOPLE:
            counted.clear()
        kept = counted[key] = _count(moment)
        is_stale = is_void = False
    if kept is None or is_void or moment - kept.at > _SHOWN_FOR:
        return {}, {}, is_stale
    totals = {name: _words(one.total, one.is_more) for name, one in kept.counts.items()}
    totals |= {name: shown_count(count) for name, count in kept.open_at.items()}
    unread = {
        name: _words(min(one.unread, MOST_UNREAD - 1), one.unread >= MOST_UNREAD)
        for name, one in kept.counts.items()
    }
    return {name: totals[name] for name in totals if name not in VIEWS}, unread, is_stale


def _is_void(kept: _StoredCounts) -> bool:
    """Whether many tickets at once were changed since they were counted."""
    return many_changed(read_session(), signed_in().actor, kept.at - COMMITTED_WITHIN)


def _count(moment: datetime) -> _StoredCounts:
    session, actor, began = read_session(), signed_in().actor, perf_counter()
    counts = counts_of(session, actor, saved_views())
    places = [place for group in shown_places() for place in group.places]
    open_at = open_counts(session, actor, places)
    return _StoredCounts(counts, open_at, moment, timedelta(seconds=perf_counter() - began))


def not_more(unread: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, str]:
    """How many one has not read, which may be some seconds old, as far as so many are there now.

    :param counts: of the views that are counted for each page.
    """
    known = {name: int(words.rstrip("+")) for name, words in unread.items() if words}
    most = {name: counts.get(name, count) for name, count in known.items()}
    return {
        name: unread[name] if count <= most[name] else shown_count(most[name])
        for name, count in known.items()
    }


def shown_count(count: int) -> str:
    """A count as the views show it: empty for none, and not counted past the thousand."""
    if count >= MOST_COUNTED:
        return f"{MOST_COUNTED - 1}+"
    return str(count) if count else ""


def _words(count: int, is_more: bool) -> str:
    """Such as “1,000+”; empty for none."""
    return f"{count:,}{'+' if is_more else ''}" if count else ""


def _saved() -> CachedValue[tuple[View, ...]]:
    found: CachedValue[tuple[View, ...]] = current_app.extensions[_KEY]["saved"]
    return found


def _counted() -> dict[_Reader, _StoredCounts]:
    found: dict[_Reader, _StoredCounts] = current_app.extensions[_KEY]["counted"]
    return found
