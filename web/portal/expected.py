"""When an answer can be expected, in words: from the mailbox's own figures, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from flask import current_app

from helpdesk.queries.answer_times import usual_first_answer
from helpdesk.queries.limited_view import LimitedView
from helpdesk.queries.tracking import TrackingPage
from web.languages import gettext, ngettext
from web.store import now, read_session

_KEPT_FOR = timedelta(minutes=10)
_KEY = "portal answer times"

_CachedTimes = dict[int | None, tuple[datetime, timedelta | None]]


def expected_words(page: TrackingPage | LimitedView) -> str:
    """One sentence for a customer who waits for the first answer; empty where there is none."""
    if page.status not in ("open", "in_progress") or not page.awaits_first_answer:
        return ""
    usual = _usual(page.mailbox_id)
    if usual is None:
        return ""
    if now() - page.waiting_since > usual:
        return gettext("It takes longer than usual this time; we have not forgotten you.")
    return gettext("We usually answer within %(time)s.") % {"time": time_words(usual)}


def time_words(span: timedelta) -> str:
    """A span in words that promise a little less: rounded up, “3 hours”."""
    hours = max(1, ceil(span.total_seconds() / 3600))
    if hours < 24:
        return ngettext("an hour", "%(num)s hours", hours) % {"num": hours}
    days = ceil(hours / 24)
    return ngettext("a day", "%(num)s days", days) % {"num": days}


def _usual(mailbox_id: int | None) -> timedelta | None:
    """Asked of the database once in ten minutes: the figure is of four weeks."""
    cached: _CachedTimes = current_app.extensions.setdefault(_KEY, {})
    at, usual = cached.get(mailbox_id, (None, None))
    if at is None or not timedelta() <= now() - at < _KEPT_FOR:
        usual = usual_first_answer(read_session(), mailbox_id, now())
        cached[mailbox_id] = (now(), usual)
    return usual
