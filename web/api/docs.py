"""The API's description: for programs at ``/api/openapi.json``, for people at ``/api/docs``.

The page is made here from the description itself, with no script at all: nothing to vendor, and
nothing that the pages' strict policy would have to be loosened for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apispec import APISpec
from flask import Blueprint, Flask, Response, render_template

from web.api import problems
from web.store import store

INTRODUCTION = (
    "Tickets, orders and mails for the shop's programs. Send “Authorization: Bearer TOKEN” with "
    "every request. Bodies are JSON; times are ISO 8601 in UTC. Every error is an "
    "application/problem+json that says what is wrong and, with 422, in which field. Fields and "
    "addresses may be added; none are renamed or removed."
)
_STYLE = Path(__file__).parent / "templates" / "api" / "docs.css"
_METHODS = ("get", "post", "put", "patch", "delete")
Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A line of a table: a parameter, or a field of a body."""

    name: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True)
class Operation:
    """What one request does."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    """What the token must be good for; empty where none is needed."""
    parameters: list[Field]
    body: list[Field]
    success: list[tuple[str, str, list[Field]]]
    """Status, content type, fields."""
    problems: list[tuple[str, str]]


def init_app(app: Flask, spec: APISpec) -> None:
    """Serve the description and its page. Called once every route is known."""
    blueprint = Blueprint("api_docs", __name__, url_prefix="/api", template_folder="templates")
    problems.init_app(blueprint)
    described = _with_host(spec.to_dict(), "")

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        document = _with_host(described, store().settings.public_url)
        return Response(json.dumps(document, ensure_ascii=False), content_type="application/json")

    @blueprint.get("/docs")
    def page() -> str:
        return render_template(
            "api/docs.html",
            info=described["info"],
            groups=_groups(described),
            public_url=store().settings.public_url,
        )

    @blueprint.get("/docs.css")
    def style() -> Response:
        return Response(_STYLE.read_bytes(), content_type="text/css; charset=utf-8")

    app.register_blueprint(blueprint)


def _with_host(document: Json, public_url: str) -> Json:
    return {**document, "servers": [{"url": public_url or "/"}]}


def _groups(document: Json) -> list[tuple[str, list[Operation]]]:
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    found: dict[str, list[Operation]] = {name: [] for name in tags}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                shared = item.get("parameters", [])
                found[operation["tags"][0]].append(
                    _operation(document, method, path, operation, shared)
                )
    return [(tags[name], operations) for name, operations in found.items()]


def _operation(document: Json, method: str, path: str, told: Json, shared: list[Json]) -> Operation:
    parameters = [_field(document, p["name"], p["schema"], p.get("required", False), p)
                  for p in [*shared, *told.get("parameters", [])]]  # fmt: skip
    bodies = told.get("requestBody", {}).get("content", {})
    success, failures = [], []
    for status, response in sorted(told["responses"].items()):
        if status >= "400":
            failures.append((status, response["description"]))
            continue
        for content_type, content in response.get("content", {}).items():
            success.append((status, content_type, _fields(document, content["schema"])))
    return Operation(
        id=f"{method}{path}".replace("/", "-").strip("-"),
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        scope=next((name for need in told["security"] for name in need["token"]), ""),
        parameters=parameters,
        body=[field for c in bodies.values() for field in _fields(document, c["schema"])],
        success=success,
        problems=failures,
    )


def _resolved(document: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _fields(document: Json, schema: Json) -> list[Field]:
    schema = _resolved(document, schema)
    required = schema.get("required", ())
    return [
        _field(document, name, inner, name in required, inner)
        for name, inner in schema.get("properties", {}).items()
    ]


def _field(document: Json, name: str, schema: Json, required: bool, told: Json) -> Field:
    meaning = str(told.get("description") or schema.get("description") or "")
    note = f"{meaning} {_limits(schema)}".strip()
    return Field(name, _kind(document, schema), required, note)


def _kind(document: Json, schema: Json) -> str:
    """A type in words: ``text or null``, ``list of Comment``."""
    if "$ref" in schema:
        target = _resolved(document, schema)
        inner = ", ".join(target.get("properties", {}))
        return f"{{{inner}}}"
    if "anyOf" in schema:
        return " or ".join(_kind(document, option) for option in schema["anyOf"])
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "array" in kinds:
        return f"list of {_kind(document, schema['items'])}"
    text = str(schema.get("format", "text"))
    return " or ".join(text if kind == "string" else str(kind) for kind in kinds)


def _limits(schema: Json) -> str:
    parts = []
    if "enum" in schema:
        parts.append("One of " + ", ".join(str(name) for name in schema["enum"]) + ".")
    if "minLength" in schema or "maxLength" in schema:
        least, most = schema.get("minLength", 0), schema.get("maxLength", "")
        parts.append(f"{least} to {most} characters." if most else f"At least {least} characters.")
    if schema.get("default") not in (None, "", []):
        parts.append(f"Default: {json.dumps(schema['default'])}.")
    return " ".join(parts)
