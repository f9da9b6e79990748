"""What a monitor asks."""

from __future__ import annotations

from helpdesk.db import Database
from tests.web.conftest import Browser


def test_health_tells_what_stands(anonymous: Browser, database: Database) -> None:
    assert anonymous.get("/healthz").status_code == 200
    answer = anonymous.get("/readyz")
    assert answer.json["database"] == "ok"
    assert answer.json["redis"] == "down"
    # No gateway and no worker gave a sign of life: with SQLite they would have to be here.
    assert answer.status_code == (503 if database.is_sqlite else 200)
