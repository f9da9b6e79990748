"""Whether the doctor sees a proxy that is taken for all visitors."""

from __future__ import annotations

import pytest

from commands.checkup.visitors import FEW, visitors
from tests.conftest import MakeSettings
from web.visits import SEVERAL, Visits, visits_folder

PUBLIC = "https://help.shop.example"


@pytest.mark.parametrize(
    ("public_url", "address", "unbelieved", "state", "words"),
    [
        (PUBLIC, "10.0.0.2", True, "warn", "POSTDESK_TRUSTED_PROXIES"),
        (PUBLIC, "203.0.113.9", True, "warn", "POSTDESK_TRUSTED_PROXIES"),
        (PUBLIC, "127.0.0.1", False, "warn", "have it send X-Forwarded-For"),
        (PUBLIC, "93.184.216.34", False, "ok", ""),
        (PUBLIC, SEVERAL, False, "ok", ""),
        ("http://127.0.0.1:8000", "127.0.0.1", False, "ok", ""),
    ],
)
def test_all_from_one_address(
    make_settings: MakeSettings, public_url: str, address: str, unbelieved: bool, state: str,
    words: str,
) -> None:  # fmt: skip
    settings = make_settings(PUBLIC_URL=public_url)
    visits = Visits()
    for _ in range(2 * FEW):
        visits.note(visits_folder(settings), address, unbelieved=unbelieved)
    found = visitors(settings)
    assert (found.state, words in found.advice) == (state, True)


def test_nobody_came(make_settings: MakeSettings) -> None:
    assert visitors(make_settings()).state == "ok"
