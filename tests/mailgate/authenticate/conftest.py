"""The check of senders that the tests of this folder ask."""

from __future__ import annotations

import pytest

from helpdesk.settings import Settings
from tests.conftest import MakeSettings
from tests.mailgate.authenticate.checking import Check


@pytest.fixture
def own_settings(make_settings: MakeSettings) -> Settings:
    return make_settings(AUTH="own", SMTP_EXEMPT="127.0.0.0/8,198.51.100.0/24")


@pytest.fixture
def check(own_settings: Settings) -> Check:
    return Check(own_settings)
