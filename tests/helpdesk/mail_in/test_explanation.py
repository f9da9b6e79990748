"""“Why is this here?”: a stored decision in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.mail_in.explanation import explain, meaning_of, proof_of
from tests.support.factories import NOW


def test_a_decision_is_said_in_plain_words() -> None:
    said = explain(
        {
            "rule": "token",
            "why": "A reply address names it.",
            "level": "V1",
            "weighed": [
                {"kind": "token", "value": "abc…", "ticket_number": "TKT1", "held": True,
                 "why": "made for the sender"},
                {"kind": "number", "value": "TKT2", "ticket_number": "TKT2", "held": False,
                 "why": "Refused: not on it"},
            ],
        }
    )  # fmt: skip
    assert said.summary == "A reply address names it."
    assert said.rule == "A reply address made for this ticket decides."
    won, refused = said.signals
    assert (won.what, won.won, won.refused, won.why) == (
        "Reply address", True, False, "Made for the sender")  # fmt: skip
    assert (refused.what, refused.won, refused.refused, refused.why) == (
        "Number in the subject", False, True, "Not on it")  # fmt: skip
    assert (said.proof, said.steps) == (None, ())


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [("pass", "verified"), ("fail", "failed"), ("none", "unverified"), ("new one", "unverified")],
)
def test_the_proof_names_the_checks_that_were_made(verdict: str, mark: str) -> None:
    found = {"verdict": verdict, "spf": "pass", "dkim": "not checked", "reasons": ["aligned"]}
    proof = proof_of({"authentication": found})
    assert proof is not None
    assert (proof.mark, proof.reasons, proof.checks) == (mark, ("aligned",), (("SPF", "pass"),))


def test_what_people_did_about_it_comes_in_its_order() -> None:
    moved = {"from": "TKT1", "to": "TKT2", "by": "Mia", "at": NOW.isoformat(), "comments": [1, 2]}
    said = explain(
        {
            "held_for": "It names nobody.",
            "released_by": "Mia",
            "released_at": NOW.isoformat(),
            "moved": [moved, {**moved, "undone": True, "at": "long ago"}],
        }
    )
    assert [(step.words, step.at) for step in said.steps] == [
        ("Held in quarantine: It names nobody.", None),
        ("Released by Mia.", NOW),
        ("Moved from TKT1 to TKT2 by Mia, with 1 that followed.", NOW),
        ("Moved from TKT1 to TKT2, and back again by Mia.", None),
    ]


@pytest.mark.parametrize(
    "decision", [{}, {"rule": None, "weighed": None, "moved": None, "authentication": "none"}]
)
def test_an_old_or_empty_record_is_said_without_fail(decision: dict[str, Any]) -> None:
    said = explain(decision)
    assert (said.summary, said.rule, said.right, said.signals, said.proof) == ("", "", "", (), None)


def test_a_rule_that_nobody_knows_any_more_is_said_as_it_stands() -> None:
    assert explain({"rule": "moon phase"}).rule == "moon phase"


def test_a_reason_to_hold_has_a_meaning_where_it_is_known() -> None:
    assert "It may be forged" in meaning_of("It fails the check of its sender (DMARC).")
    assert meaning_of("Because.") == ""
