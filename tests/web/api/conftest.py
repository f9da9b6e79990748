"""An application with the API in it, a small shop, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from helpdesk.actions.sign_in import issue_token
from helpdesk.actor import SYSTEM
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.settings import Settings
from tests.support.clock import FakeClock
from tests.support.factories import Shop, make_shop
from web.api import register


@dataclass
class Store:
    settings: Settings
    database: Database
    blobs: Blobs
    clock: FakeClock


@dataclass
class Caller:
    """Asks the API as one person, or as nobody."""

    app: Flask
    token: str = ""

    def __call__(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> TestResponse:
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        more = {} if body is None else {"json": body}
        return self.app.test_client().open(path, method=method, headers=sent, **more)

    def get(self, path: str) -> Any:
        """The JSON of an answer that must be 200."""
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def create(self, **changed: Any) -> Any:
        """The ticket that was created."""
        body = {"subject": "My kettle leaks", "description": "At the bottom.", **changed}
        answer = self("POST", "/api/tickets/create/", body)
        assert answer.status_code == 201, answer.text
        return answer.json


@dataclass
class Api:
    """The application, the shop, and everybody who may ask."""

    app: Flask
    store: Store
    shop: Shop
    ann: Caller
    bob: Caller
    agent: Caller
    nobody: Caller

    @property
    def clock(self) -> FakeClock:
        return self.store.clock

    @property
    def database(self) -> Database:
        return self.store.database


@pytest.fixture
def api(settings: Settings, database: Database, clock: FakeClock) -> Api:
    app = Flask("postdesk", static_folder=None)
    store = Store(settings, database, Blobs(settings.blob_url), clock)
    app.extensions["postdesk"] = store
    register(app)
    shop = make_shop(database, clock())
    with database.transaction() as session:
        callers = {
            name: Caller(app, issue_token(session, SYSTEM, address, clock()))
            for name, address in (
                ("ann", "ann@mail.example"),
                ("bob", "bob@mail.example"),
                ("agent", "agent@shop.example"),
            )
        }
    return Api(app, store, shop, nobody=Caller(app), **callers)


def problem(answer: TestResponse, status: int) -> Any:
    """The problem that an answer must be."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    return body
