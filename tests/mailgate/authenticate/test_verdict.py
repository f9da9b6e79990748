"""A verdict: what is kept of it, and when a mail is held for it."""

from __future__ import annotations

import json

import pytest

from helpdesk.vocabulary import Verdict
from mailgate.authenticate.verdict import Authentication, Policy


@pytest.mark.parametrize(
    ("verdict", "policy", "held"),
    [
        (Verdict.FAIL, "reject", True),
        (Verdict.FAIL, "quarantine", True),
        (Verdict.FAIL, "none", False),
        (Verdict.FAIL, None, False),
        (Verdict.NONE, "reject", False),
        (Verdict.UNKNOWN, "reject", False),
        (Verdict.PASS, "reject", False),
    ],
)
def test_held_is_only_what_fails_where_the_domain_asks_for_it(
    verdict: Verdict, policy: Policy | None, held: bool
) -> None:
    refusal = Authentication(verdict, (), "example.com", policy).refusal
    assert bool(refusal) is held
    if held:
        assert "example.com" in refusal
        assert f"p={policy}" in refusal


def test_it_is_kept_as_plain_json() -> None:
    found = Authentication(Verdict.PASS, ("Signed.",), "example.com", dkim="pass")
    kept = json.loads(json.dumps(found.as_dict()))
    assert kept == found.as_dict()
    assert (kept["verdict"], kept["reasons"], kept["spf"]) == ("pass", ["Signed."], "not checked")
