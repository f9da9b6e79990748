"""What the fetcher's tests ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.db import Database
from tests.conftest import MakeSettings
from tests.mailgate.fetch.fetching import Fetching
from tests.mailgate.filing.door import url_of
from tests.support.dovecot import Dovecot


@pytest.fixture
def fetching(
    make_settings: MakeSettings, database: Database, dovecot: Dovecot
) -> Iterator[Fetching]:
    settings = make_settings(DATABASE_URL=url_of(database), AUTH="off", SMTP_SIZE="1500000")
    made = Fetching(settings, database, dovecot)
    yield made
    made.close()
