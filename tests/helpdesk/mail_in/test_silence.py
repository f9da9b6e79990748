"""When a mailbox is quieter than it ever is: counts in, a judgement out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from helpdesk.mail_in.silence import silence

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def weeks(*, of: int = 8, at: range = range(8, 18), each: int = 5) -> dict[datetime, int]:
    """So many mails an hour on working days, in the weeks before Monday the 23rd."""
    days = [MONDAY - timedelta(days=back) for back in range(1, of * 7 + 1)]
    return {day + hour * HOUR: each for day in days if day.weekday() < 5 for hour in at}


def test_a_working_day_without_mail_is_alarming_after_some_hours() -> None:
    last = MONDAY - timedelta(days=3) + 17 * HOUR + timedelta(minutes=40)
    early = silence(weeks(), last, MONDAY + 9 * HOUR)
    late = silence(weeks(), last, MONDAY + 16 * HOUR)
    assert early is not None
    assert late is not None
    assert not early.is_alarming
    assert late.is_alarming
    assert 40 <= late.usual <= 45


def test_nights_and_weekends_weigh_nothing() -> None:
    last = MONDAY - timedelta(days=3) + 17 * HOUR + timedelta(minutes=59)
    found = silence(weeks(), last, MONDAY + 8 * HOUR)
    assert found is not None
    assert found.usual < 1
    assert not found.is_alarming


def test_a_holiday_before_makes_another_no_news() -> None:
    history = weeks()
    holiday = MONDAY - timedelta(days=20)
    assert holiday.weekday() == 1
    history = {hour: n for hour, n in history.items() if hour.date() != holiday.date()}
    last = MONDAY - timedelta(days=3) + 17 * HOUR + timedelta(minutes=59)
    found = silence(history, last, MONDAY + 17 * HOUR)
    assert found is not None
    assert found.longest_before > 40
    assert not found.is_alarming
    later = silence(history, last, MONDAY + 35 * HOUR)
    assert later is not None
    assert later.is_alarming


def test_a_mailbox_with_little_mail_may_be_silent_for_long() -> None:
    history = {MONDAY - timedelta(days=days): 1 for days in (1, 9, 20, 33, 50)}
    found = silence(history, MONDAY - timedelta(days=1), MONDAY + timedelta(days=6))
    assert found is not None
    assert not found.is_alarming


def test_a_young_history_says_nothing() -> None:
    assert silence({}, MONDAY, MONDAY + 10 * HOUR) is None
    assert silence(weeks(of=1), MONDAY - 2 * HOUR, MONDAY + 17 * HOUR) is None
