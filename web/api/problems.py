"""Errors, as ``application/problem+json`` (RFC 9457): every one under ``/api/``, whoever raised it.

Handlers stand on the blueprints, by status code, so that they come before those of the pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized, default_exceptions
from werkzeug.routing import RoutingException

from helpdesk.blobs import StoreAway
from helpdesk.errors import (
    HelpdeskError,
    InvalidInput,
    NotAllowed,
    NotFound,
    StepNotAllowed,
    TicketMerged,
    TicketMoved,
)
from helpdesk.outages import outage

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "That step is not possible",
    413: "Too large",
    415: "Unsupported content type",
    422: "A field does not hold",
    429: "Too many requests",
    500: "Something broke on our side",
    503: "Back in a moment",
}
_DETAILS = {
    400: "The request cannot be read.",
    404: "There is no such address in this API; see /api/docs.",
    500: "It has been written down for the people who run this. Try again in a moment.",
    503: "The database does not answer just now. Nothing is lost; try again in a moment.",
}
_STORE_AWAY = (
    "The store of files and mails does not answer just now. Nothing is lost; try again in a moment."
)
_DOMAIN_STATUS: tuple[tuple[type[HelpdeskError], int], ...] = (
    (InvalidInput, 422),
    (NotAllowed, 403),
    (NotFound, 404),
    (StepNotAllowed, 409),
    (TicketMoved, 409),
    (TicketMerged, 409),
    (HelpdeskError, 400),
)

log = structlog.get_logger("web.api")


def init_app(blueprint: Blueprint) -> None:
    """Have every error of a blueprint's views answered as a problem."""
    for code in default_exceptions:
        blueprint.register_error_handler(code, of_http)
    blueprint.register_error_handler(HelpdeskError, of_domain)
    for error in (OperationalError, PoolTimeout):
        blueprint.register_error_handler(error, _database_down)
    blueprint.register_error_handler(DBAPIError, _database_trouble)
    blueprint.register_error_handler(StoreAway, _store_away)
    blueprint.register_error_handler(Exception, _broken)


def of_routing() -> Response | None:
    """The problem of a request that no view answers: no such address, or not by this method."""
    error = request.routing_exception
    if error is None or isinstance(error, RoutingException):
        return None
    return of_http(error)


def problem(status: int, detail: str = "", **more: Any) -> Response:
    """A problem, with ``more`` members beside the standard ones."""
    title = TITLES.get(status) or TITLES[400 if status < 500 else 500]
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail or _DETAILS.get(status, title + "."),
        **more,
    }
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=CONTENT_TYPE)


def of_http(error: HTTPException) -> Response:
    """The problem of an error by its status; of one of webargs, with the fields it names."""
    status = error.code or 500
    fields = getattr(error, "data", {}).get("messages")
    if status == 422 and fields:
        named = _by_field(fields)
        first, words = next(iter(named.items()))
        answer = problem(status, f"{first}: {words[0]}", errors=named)
    else:
        answer = problem(status, _own_words(error))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answer.headers[name] = value
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


def of_domain(error: HelpdeskError) -> Response:
    """The problem of an error of the helpdesk itself."""
    status = next(code for kind, code in _DOMAIN_STATUS if isinstance(error, kind))
    if isinstance(error, InvalidInput):
        return problem(
            status, error.message, errors={one.field: [one.message] for one in error.each}
        )
    if isinstance(error, StepNotAllowed):
        return problem(status, str(error), allowed=list(error.allowed))
    return problem(status, str(error))


class TokenNeeded(Unauthorized):
    """401, with the challenge of RFC 6750."""

    def __init__(self, detail: str, *, token_given: bool = False) -> None:
        super().__init__(detail)
        # Written out: RFC 9110 wants the realm in quotes, and the library leaves them off.
        self._challenge = 'Bearer realm="Postdesk"'
        if token_given:
            self._challenge += ', error="invalid_token"'

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **kwargs), ("WWW-Authenticate", self._challenge)]


class ScopeNeeded(Forbidden):
    """403, with the challenge of RFC 6750: the token is good, but not for this."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This token may not do that: it lacks the scope “{scope}”.")
        self._challenge = f'Bearer realm="Postdesk", error="insufficient_scope", scope="{scope}"'

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **kwargs), ("WWW-Authenticate", self._challenge)]


def _own_words(error: HTTPException) -> str:
    """What we said ourselves; the framework's texts speak of URLs and browsers."""
    standard = getattr(type(error), "description", None)
    return str(error.description) if error.description and error.description != standard else ""


def _by_field(messages: Mapping[str, Any]) -> dict[str, list[str]]:
    """``{"json": {"items": {0: {"name": […]}}}}`` as ``{"items.0.name": […]}``."""
    named: dict[str, list[str]] = {}
    for location, inner in messages.items():
        if isinstance(inner, Mapping):
            named.update(_flat(inner, ""))
        else:
            named["body" if location == "json" else str(location)] = _texts(inner)
    return named


def _flat(messages: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, list[str]]]:
    for field, inner in messages.items():
        name = "body" if field == "_schema" else f"{prefix}{field}"
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{name}.")
        else:
            yield name, _texts(inner)


def _texts(inner: Any) -> list[str]:
    return [str(text) for text in inner] if isinstance(inner, list) else [str(inner)]


def _database_down(error: Exception) -> Response:
    outage("database").failed(type(error).__name__)
    answer = problem(503)
    answer.headers["Retry-After"] = "5"
    return answer


def _store_away(_error: StoreAway) -> Response:
    answer = problem(503, _STORE_AWAY)
    answer.headers["Retry-After"] = "5"
    return answer


def _database_trouble(error: DBAPIError) -> Response:
    return _database_down(error) if error.connection_invalidated else _broken(error)


def _broken(error: Exception) -> Response:
    log.error("request_failed", route=str(request.url_rule), exc_info=error)
    return problem(500)
