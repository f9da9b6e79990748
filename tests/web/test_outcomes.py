"""What came of what a page sent, kept for the page that takes its place."""

from __future__ import annotations

from web.outcomes import LONGEST_NAME, DeedOutcome, Outcomes

SENT = DeedOutcome(303, "/desk/t/TKT2", (("undo /desk/t/TKT1/undo 7 later", "It is on its way."),))


def test_it_is_told_to_who_sent_it_by_the_name_it_has(redis_url: str) -> None:
    kept = Outcomes(redis_url)
    kept.keep(7, "one", SENT)
    assert Outcomes(redis_url).of(7, "one") == SENT
    assert kept.of(7, "one") == SENT, "an answer may be lost: it can be asked for again"
    assert (kept.of(8, "one"), kept.of(7, "other")) == (None, None)


def test_what_no_page_would_call_it_is_not_kept(redis_url: str) -> None:
    kept = Outcomes(redis_url)
    for name in ("", "a:b", "*", "ü", "x" * (LONGEST_NAME + 1)):
        kept.keep(7, name, SENT)
        assert kept.of(7, name) is None, name


def test_without_redis_nothing_is_known() -> None:
    away = Outcomes("redis://127.0.0.1:1/0")
    away.keep(7, "one", SENT)
    assert away.of(7, "one") is None
