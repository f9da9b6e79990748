"""An application with the API in it, a small shop, and who asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from helpdesk.actions.api_tokens import issue_token
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import InboundMail
from helpdesk.settings import Settings
from tests.support.clock import FakeClock
from tests.support.factories import Shop, make_shop
from tests.support.snapshots import built_once
from tests.web.conftest import MakeApp
from web.store import Store

RAW_MAIL = b"From: ann@mail.example\r\nSubject: Hi\r\n\r\nCaf\xe9\r\n"


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
    clock: FakeClock
    shop: Shop
    ann: Caller
    bob: Caller
    agent: Caller
    nobody: Caller

    @property
    def database(self) -> Database:
        return self.store.database


@pytest.fixture
def api(
    settings: Settings,
    database: Database,
    clock: FakeClock,
    make_app: MakeApp,
) -> Api:
    app = make_app(settings, database, clock)
    store: Store = app.extensions["postdesk"]
    shop, tokens = built_once(database, ("api", clock()), lambda: _build(database, clock()))
    callers = {name: Caller(app, token) for name, token in tokens.items()}
    return Api(app, store, clock, shop, nobody=Caller(app), **callers)


def _build(database: Database, now: datetime) -> tuple[Shop, dict[str, str]]:
    """The shop, and a token of each who asks."""
    shop = make_shop(database, now)
    with database.transaction() as session:
        return shop, {
            name: issue_token(session, SYSTEM, address, now)
            for name, address in (
                ("ann", "ann@mail.example"),
                ("bob", "bob@mail.example"),
                ("agent", "agent@shop.example"),
            )
        }


def problem(answer: TestResponse, status: int) -> Any:
    """The problem that an answer must be."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    return body


def add_inbound_mail(api: Api, **changed: Any) -> int:
    """A mail that was accepted and filed; its id."""
    values: dict[str, Any] = {
        "spool_name": f"mail-{changed}",
        "state": "filed",
        "raw_sha256": api.store.blobs.put(RAW_MAIL),
        "size": len(RAW_MAIL),
        "same_key": "same",
        "envelope_from": "bounces@mail.example",
        "envelope_to": ["support@shop.example"],
        "peer": "192.0.2.1",
        "received_at": api.clock(),
        "subject": "Hi",
        "from_address": "ann@mail.example",
        "message_id": "1@mail.example",
        "defects": ["two Subject fields"],
        "decision": {"rule": "new", "why": "It names no ticket."},
        "decided_at": api.clock(),
        **changed,
    }
    with api.database.transaction() as session:
        mail = InboundMail(**values)
        session.add(mail)
        session.flush()
        return mail.id


@pytest.fixture
def address(api: Api) -> Iterator[str]:
    """The API served on a port of this machine."""
    server = make_server("127.0.0.1", 0, api.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
