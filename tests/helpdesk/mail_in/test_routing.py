"""The right to join a ticket: every row of the table, and what several signals do together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.mail_in.routing import Decision, NamedTicket, Sender, Signal, decide
from helpdesk.vocabulary import Verdict
from tests.support.rights import rights_by_level

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

ANN, BOB, EVE, STAFF, CARL = 1, 2, 3, 7, 8
"""Requester, in copy and included, on nothing, an agent, and one who once got a mail."""

SENDERS = {
    "participant": (BOB, False),
    "other customer": (EVE, False),
    "unknown person": (None, False),
    "staff": (STAFF, True),
    "recipient in copy": (CARL, False),
    "unknown recipient in copy": (None, False),
}
VERDICTS: tuple[Verdict, ...] = ("pass", "none", "unknown", "fail")

# Written down from the rules, row by row: join, act as staff, internal (for staff only), new
# (a ticket of its own that mentions this one). Columns: pass, none or unknown, fail.
RIGHTS = """
    participant               | own token       | join     join     join
    participant               | another's token | join     join     internal
    participant               | minted id       | join     join     join
    participant               | Message-ID      | join     join     new
    participant               | number          | join     join     new
    other customer            | own token       | internal internal internal
    other customer            | another's token | internal internal internal
    other customer            | minted id       | internal internal internal
    other customer            | Message-ID      | new      new      new
    other customer            | number          | new      new      new
    unknown person            | another's token | internal internal internal
    unknown person            | Message-ID      | new      new      new
    unknown person            | number          | new      new      new
    staff                     | own token       | staff    internal internal
    staff                     | another's token | internal internal internal
    staff                     | minted id       | staff    internal internal
    staff                     | Message-ID      | internal internal new
    staff                     | number          | internal internal new
    recipient in copy         | own token       | internal internal internal
    recipient in copy         | another's token | internal internal internal
    recipient in copy         | minted id       | internal internal internal
    recipient in copy         | Message-ID      | join     join     new
    recipient in copy         | number          | new      new      new
    unknown recipient in copy | another's token | internal internal internal
    unknown recipient in copy | Message-ID      | join     join     new
    unknown recipient in copy | number          | new      new      new
"""


def rows() -> Iterator[tuple[str, str, Verdict, str]]:
    for line in RIGHTS.strip().splitlines():
        who, kind, outcomes = (part.strip() for part in line.split("|"))
        proven, unproven, failed = outcomes.split()
        for verdict, expected in zip(VERDICTS, (proven, unproven, unproven, failed), strict=True):
            yield who, kind, verdict, expected


def ticket(
    ticket_id: int = 10, *, closed_at: datetime | None = None, reopening_days: int = 14
) -> NamedTicket:
    return NamedTicket(
        id=ticket_id,
        number=f"TKT20261123{ticket_id:03}",
        closed_at=closed_at,
        reopening_days=reopening_days,
        participants=frozenset({ANN, BOB}),
        requester_id=ANN,
    )


def sender(who: str, verdict: Verdict) -> Sender:
    person_id, is_staff = SENDERS[who]
    return Sender(person_id, is_staff, verdict)


def signal(who: str, kind: str, named: NamedTicket | None = None) -> Signal:
    """A signal as the lookup makes it for this sender."""
    person_id, _ = SENDERS[who]
    named = named or ticket()
    match kind:
        case "own token":
            return Signal("token", "aaaa…", named, holder_id=person_id)
        case "another's token":
            return Signal("token", "bbbb…", named, holder_id=ANN)
        case "minted id":
            return Signal("minted_id", "m@shop.example", named, person_id, True)
        case "Message-ID":
            return Signal("message_id", "x@mail.example", named, None, "in copy" in who)
        case _:
            return Signal("number", named.number, named)


def said(decision: Decision) -> str:
    """A decision in one word, as the table has it."""
    if decision.acts_as_staff:
        return "staff"
    return {"join": "join", "join_internal": "internal", "new": "new"}[decision.outcome]


@pytest.mark.parametrize(("who", "kind", "verdict", "expected"), list(rows()))
def test_who_joins_by_what(who: str, kind: str, verdict: Verdict, expected: str) -> None:
    decision = decide(sender(who, verdict), [signal(who, kind)], now=NOW)
    assert said(decision) == expected
    if expected == "new":
        assert decision.mentions == (10,)
        assert decision.ticket_id is None
    else:
        assert decision.ticket_id == 10
        assert decision.mentions == ()
    assert decision.unverified == (verdict != "pass")


@pytest.mark.parametrize(("who", "kind", "verdict", "expected"), list(rows()))
def test_strict_mode_demands_a_pass_of_everyone(
    who: str, kind: str, verdict: Verdict, expected: str
) -> None:
    decision = decide(sender(who, verdict), [signal(who, kind)], now=NOW, strict=True)
    assert said(decision) == (expected if verdict == "pass" else "new")


def test_nobody_joins_wrongly_and_nobody_is_refused_wrongly() -> None:
    cases, wrongly_joined, wrongly_refused = 0, [], []
    for row in rights_by_level():
        signals = [signal(row.who, "own token")] if row.has_own_token else []
        if row.carries == "token" and not row.has_own_token:
            signals = [signal(row.who, "another's token")]
        if row.carries in ("Message-ID", "number"):
            signals.append(signal(row.who, row.carries))
        found = said(decide(sender(row.who, row.verdict), signals, now=NOW))
        cases += 1
        if found != row.outcome:
            (wrongly_joined if row.gives_less_than(found) else wrongly_refused).append(row)
    print(
        f"{cases} cases: wrongly joined {len(wrongly_joined)}, "
        f"wrongly refused {len(wrongly_refused)}"
    )
    assert (cases, wrongly_joined, wrongly_refused) == (80, [], [])


@pytest.mark.parametrize(("who", "kind", "verdict", "expected"), list(rows()))
def test_every_decision_explains_itself(
    who: str, kind: str, verdict: Verdict, expected: str
) -> None:
    decision = decide(sender(who, verdict), [signal(who, kind)], now=NOW)
    (weighed,) = decision.weighed
    assert decision.why.endswith(".")
    assert weighed.why.endswith(".")
    assert weighed.won == (expected != "new")
    assert weighed.ticket_number == "TKT20261123010"
    assert decision.as_dict()["weighed"][0]["why"] == weighed.why


@pytest.mark.parametrize("who", SENDERS)
@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("strict", [False, True])
def test_a_mail_that_names_no_ticket_begins_one(who: str, verdict: Verdict, strict: bool) -> None:
    decision = decide(sender(who, verdict), [], now=NOW, strict=strict)
    assert said(decision) == "new"
    assert decision.mentions == ()
    assert decision.rule == "new conversation"


@pytest.mark.parametrize(
    ("kind", "verdict", "level"),
    [
        ("own token", "pass", "V3"),
        ("minted id", "pass", "V3"),
        ("own token", "none", "V1"),
        ("own token", "fail", "V1"),
        ("another's token", "pass", "V2"),
        ("another's token", "unknown", "V0"),
        ("another's token", "fail", "fail"),
        ("Message-ID", "pass", "V2"),
        ("Message-ID", "none", "V0"),
        ("number", "fail", "fail"),
    ],
)
def test_the_level_says_how_far_the_sender_is_proven(
    kind: str, verdict: Verdict, level: str
) -> None:
    decision = decide(sender("participant", verdict), [signal("participant", kind)], now=NOW)
    assert decision.level == level


@pytest.mark.parametrize(
    ("days", "expected"), [(0, "join"), (13.9, "join"), (14, "join"), (14.1, "new"), (900, "new")]
)
def test_an_answer_reopens_a_closed_ticket_only_for_so_long(days: float, expected: str) -> None:
    closed = ticket(closed_at=NOW - days * DAY)
    decision = decide(
        sender("participant", "none"), [signal("participant", "own token", closed)], now=NOW
    )
    assert said(decision) == expected
    assert decision.continues == (10 if expected == "new" else None)


def test_the_mailbox_says_how_long() -> None:
    closed = ticket(closed_at=NOW - 3 * DAY, reopening_days=2)
    decision = decide(
        sender("participant", "pass"), [signal("participant", "number", closed)], now=NOW
    )
    assert decision.continues == 10
    assert "2 days" in decision.why


def test_without_the_right_a_long_closed_ticket_is_only_mentioned() -> None:
    closed = ticket(closed_at=NOW - 900 * DAY)
    decision = decide(
        sender("other customer", "pass"), [signal("other customer", "number", closed)], now=NOW
    )
    assert (decision.continues, decision.mentions) == (None, (10,))


@pytest.mark.parametrize(
    ("kind", "expected"), [("own token", "staff"), ("another's token", "internal")]
)
def test_what_staff_write_stays_on_the_ticket_however_long_it_is_closed(
    kind: str, expected: str
) -> None:
    closed = ticket(closed_at=NOW - 900 * DAY)
    decision = decide(sender("staff", "pass"), [signal("staff", kind, closed)], now=NOW)
    assert (said(decision), decision.ticket_id) == (expected, 10)


def test_on_their_own_ticket_staff_write_as_customers() -> None:
    own = NamedTicket(10, "TKT20261123010", None, 14, frozenset({STAFF}), STAFF)
    decision = decide(sender("staff", "pass"), [signal("staff", "own token", own)], now=NOW)
    assert said(decision) == "join"


@pytest.mark.parametrize("order", [1, -1])
def test_the_strongest_signal_wins_in_whatever_order_they_stand(order: int) -> None:
    signals = [
        signal("participant", "number", ticket(13)),
        signal("participant", "Message-ID", ticket(12)),
        signal("participant", "minted id", ticket(11)),
        signal("participant", "own token", ticket(10)),
    ][::order]
    decision = decide(sender("participant", "none"), signals, now=NOW)
    assert (decision.ticket_id, decision.rule) == (10, "token")
    assert [w.kind for w in decision.weighed] == ["token", "minted_id", "message_id", "number"]
    assert [w.won for w in decision.weighed] == [True, False, False, False]


def test_a_signal_that_gives_no_right_leaves_room_for_a_weaker_one() -> None:
    elsewhere = NamedTicket(20, "TKT20261123020", None, 14, frozenset({EVE}), EVE)
    signals = [
        signal("participant", "Message-ID", elsewhere),
        signal("participant", "number", ticket(10)),
    ]
    decision = decide(sender("participant", "none"), signals, now=NOW)
    assert (decision.ticket_id, decision.rule) == (10, "number")
    assert "Refused" in decision.weighed[0].why


def test_someone_in_copy_who_answers_all_joins_although_the_reply_address_is_anothers() -> None:
    signals = [
        signal("recipient in copy", "another's token"),
        signal("recipient in copy", "Message-ID"),
    ]
    decision = decide(sender("recipient in copy", "none"), signals, now=NOW)
    assert (said(decision), decision.rule) == ("join", "message_id")


def test_staff_are_proven_by_their_own_token_though_another_stands_beside_it() -> None:
    signals = [signal("staff", "another's token"), signal("staff", "minted id")]
    decision = decide(sender("staff", "pass"), signals, now=NOW)
    assert said(decision) == "staff"


def test_a_token_of_another_ticket_proves_nothing_here() -> None:
    signals = [signal("staff", "Message-ID", ticket(10)), signal("staff", "own token", ticket(11))]
    decision = decide(sender("staff", "pass"), signals, now=NOW)
    assert (said(decision), decision.ticket_id) == ("staff", 11)


def test_all_tickets_that_are_named_without_right_are_mentioned_once() -> None:
    signals = [
        signal("other customer", "number", ticket(11)),
        signal("other customer", "Message-ID", ticket(10)),
        signal("other customer", "number", ticket(10)),
    ]
    decision = decide(sender("other customer", "pass"), signals, now=NOW)
    assert decision.mentions == (10, 11)
    assert decision.rule == "no right to join"


def test_a_thousand_guessed_numbers_join_nothing() -> None:
    guesses = [signal("unknown person", "number", ticket(n)) for n in range(1, 1001)]
    decision = decide(sender("unknown person", "pass"), guesses, now=NOW)
    assert decision.outcome == "new"
    assert len(decision.mentions) == 1000
