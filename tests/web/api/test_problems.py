"""Every error under ``/api/`` is a problem, wherever it comes from."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from helpdesk.db import Database
from tests.web.api.conftest import Api, problem

CREATE = "/api/tickets/create/"


@pytest.mark.parametrize(
    "path", ["/api/nothing/", "/api/tickets/abc/", "/api/", "/api/tickets/1/x/"]
)
def test_no_such_address(api: Api, path: str) -> None:
    assert "/api/docs" in problem(api.agent("GET", path), 404)["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/tickets/", {"GET", "HEAD", "OPTIONS"}),
        ("GET", CREATE, {"POST", "OPTIONS"}),
        ("POST", "/api/tickets/1/status/", {"PATCH", "OPTIONS"}),
        ("GET", "/api/auth/token/", {"POST", "OPTIONS"}),
        ("POST", "/api/docs", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_another_method(api: Api, method: str, path: str, allowed: set[str]) -> None:
    answer = api.agent(method, path)
    problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_the_address_without_its_last_slash_leads_on(api: Api) -> None:
    answer = api.agent("GET", "/api/tickets")
    assert answer.status_code == 308


def _send(api: Api, body: bytes, content_type: str = "application/json") -> TestResponse:
    return api.app.test_client().post(
        CREATE,
        data=body,
        content_type=content_type,
        headers={"Authorization": f"Bearer {api.agent.token}"},
    )


@pytest.mark.parametrize("body", [b"{", b"\xff", b"{'subject': 1}", b"[" * 100_000, b"nul"])
def test_a_body_that_is_no_json(api: Api, body: bytes) -> None:
    problem(_send(api, body), 400)


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null", b""])
def test_json_that_is_no_object(api: Api, body: bytes) -> None:
    assert problem(_send(api, body), 422)["errors"]


def test_a_body_of_another_type(api: Api) -> None:
    problem(_send(api, b"subject=x", "application/x-www-form-urlencoded"), 415)


def test_a_body_too_large(api: Api) -> None:
    problem(_send(api, b'{"subject": "' + b"x" * 1024 * 1024 + b'"}'), 413)


def test_our_own_faults_tell_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("web.api.tickets.figures", broken)
    answer = api.agent("GET", "/api/tickets/stats/")
    problem(answer, 500)
    assert "42" not in answer.text


def test_while_the_database_is_down(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(_self: Database) -> None:
        raise OperationalError("SELECT 1", {}, Exception("could not connect to 192.0.2.7"))

    monkeypatch.setattr(Database, "reading", down)
    answer = api.agent("GET", "/api/tickets/")
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"
    assert "192.0.2.7" not in answer.text


def test_the_pages_errors_are_left_alone(api: Api) -> None:
    answer = api.nobody("GET", "/nothing")
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")


@pytest.mark.own_app
def test_handlers_of_the_pages_do_not_answer_for_the_api(api: Api) -> None:
    app: Flask = api.app
    app.register_error_handler(404, lambda _error: ("a page", 404))
    app.register_error_handler(Exception, lambda _error: ("a page", 500))
    problem(api.agent("GET", "/api/tickets/999/"), 404)
    problem(api.agent("GET", "/api/nothing/"), 404)
    problem(api.agent("DELETE", "/api/tickets/"), 405)
    problem(api.nobody("GET", "/api/tickets/"), 401)
