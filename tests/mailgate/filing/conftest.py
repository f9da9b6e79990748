"""What the filer's tests ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.db import Database
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.door import BEHIND_A_FRONT_SERVER, Door, url_of
from tests.mailgate.filing.mails import filer_of
from tests.support.factories import make_shop


@pytest.fixture
def door(make_settings: MakeSettings, database: Database) -> Iterator[Door]:
    shop = make_shop(database)
    settings = make_settings(DATABASE_URL=url_of(database), **BEHIND_A_FRONT_SERVER)
    with filer_of(settings, database) as filer:
        yield Door(filer, Spool(settings.spool_dir), database, shop)
