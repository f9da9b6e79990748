"""Putting the API into the application."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from flask import Flask, request
from flask_smorest import Api
from werkzeug.routing import BaseConverter

from web.api import (
    auth,
    canned_replies,
    checklists,
    custom_fields,
    docs,
    mail,
    mail_services,
    mailboxes,
    orders,
    problems,
    raw_mail,
    relations,
    side_conversations,
    tags,
    teams,
    tickets,
    views,
)
from web.api.schemas import Problem

PREFIX = "/api/"
TITLE = "Postdesk"


class TicketKey(BaseConverter):
    """A ticket's id, or its number in either case."""

    regex = r"[0-9]{1,18}|[Tt][Kk][Tt][0-9]{11,17}"


class PostdeskApi(Api):
    """flask-smorest's, with errors of our own: those of the library cover the whole application."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """None: :mod:`web.api.problems` stands on the blueprints."""


def register(app: Flask) -> None:
    """Put the API's routes and its description into the application."""
    app.url_map.converters["ticket_key"] = TicketKey
    api = PostdeskApi(app, spec_kwargs=_described())
    api.register_converter(TicketKey, _ticket_key_schema)
    api.spec.components.schema("Problem", schema=Problem)
    api.spec.components.security_scheme(
        "token",
        {"type": "http", "scheme": "bearer", "description": "An API token, or a short-lived one."},
    )
    csrf = app.extensions.get("csrf")
    for part in (
        auth,
        tickets,
        relations,
        checklists,
        side_conversations,
        views,
        tags,
        teams,
        orders,
        mailboxes,
        custom_fields,
        canned_replies,
        mail,
        raw_mail,
        mail_services,
    ):
        api.register_blueprint(part.blueprint)
        if csrf is not None:
            # A browser adds no bearer token by itself, so no other site can have it sent.
            csrf.exempt(part.blueprint)
    docs.init_app(app, api.spec)

    @app.before_request
    def answer_unknown_addresses() -> Any:
        return problems.of_routing() if request.path.startswith(PREFIX) else None


def _described() -> dict[str, Any]:
    return {
        "title": TITLE,
        "version": version("postdesk"),
        "openapi_version": "3.1.0",
        "info": {"description": docs.INTRODUCTION},
        "security": [{"token": []}],
    }


def _ticket_key_schema(_converter: TicketKey) -> dict[str, Any]:
    return {
        "type": "string",
        "pattern": f"^({TicketKey.regex})$",
        "examples": ["TKT20261123001"],
    }
