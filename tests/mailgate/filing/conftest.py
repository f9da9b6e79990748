"""What the filer's tests ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.db import Database
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.door import FRONT, Door
from tests.mailgate.filing.mails import filer_of
from tests.support.factories import make_shop


@pytest.fixture
def door(make_settings: MakeSettings, database: Database) -> Iterator[Door]:
    shop = make_shop(database)
    settings = make_settings(
        DATABASE_URL=str(database.engine.url.render_as_string(hide_password=False)),
        AUTH="front",
        TRUSTED_AUTHSERV="mx.shop.example",
        SMTP_EXEMPT=FRONT,
    )
    with filer_of(settings, database) as filer:
        yield Door(filer, Spool(settings.spool_dir), database, shop)
