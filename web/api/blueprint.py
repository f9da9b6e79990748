"""The blueprint that every part of the API is made with: its parser, errors and access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request, abort, request
from flask_smorest import Blueprint
from marshmallow import RAISE, ValidationError
from webargs.flaskparser import FlaskParser, is_json_request

from helpdesk.errors import InvalidInput
from web.api import access, problems

LARGEST_BODY = 1024 * 1024
"""Bytes. The longest text is 10,000 characters; an order's items are the rest."""

View = TypeVar("View", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Reads bodies; what is no JSON at all is said to be so, and a name we do not know."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": RAISE}

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """What means one thing is said once: of two, one would be passed over."""
        found = super().load_querystring(req, schema)
        said = ((name, len(values)) for name, values in req.args.lists())
        twice = [name for name, times in said if times > 1 and name not in found.multiple_keys]
        if twice:
            raise ValidationError({name[:100]: ["Say it once."] for name in twice})
        return found

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req) and req.get_data(cache=True):
            abort(415, "Send JSON, with “Content-Type: application/json”.")
        try:
            return super()._raw_load_json(req)
        except RecursionError:
            abort(400, "This JSON is nested too deeply.")

    def _handle_invalid_json_error(self, error: Any, req: Request, *_: Any, **__: Any) -> Any:
        abort(400, "The body is no valid JSON.")


class ApiBlueprint(Blueprint):
    """A part of the API.

    :param public: whether it may be asked without a token.
    :param writing: the scope that a token needs to change something here.
    """

    ARGUMENTS_PARSER = Parser()

    def __init__(
        self, name: str, description: str, *, public: bool = False, writing: str = "write"
    ) -> None:
        super().__init__(name, f"web.api.{name}", url_prefix="/api", description=description)
        problems.init_app(self)
        self.before_request(_limit_body)
        self.before_request(self._refuse_query)
        self._queried: set[str] = set()
        self._public, self._writing = public, writing
        if not public:
            self.before_request(lambda: access.require_actor(self._scope(request.method)))
        # 422 everywhere: what is asked for by a name that we do not know, or twice.
        self._codes = (400, 422, 429) if public else (400, 401, 403, 422, 429)

    def route(
        self, rule: str, *, methods: list[str], operation: str, **options: Any
    ) -> Callable[[View], View]:
        """As the library's, with more in the description.

        :param operation: the name by which generated clients know it (OpenAPI 3.1, 4.8.10.1); and
            the scope that the token needs is told.
        """
        put: Callable[[View], View] = super().route(rule, methods=methods, **options)
        needed = [] if self._public else [{"token": [self._scope(methods[0])]}]
        more: dict[str, Any] = {"operationId": operation, "security": needed}
        return lambda view: put(self.doc(**more)(view))

    def arguments(self, schema: Any, *, location: str = "json", **options: Any) -> Any:
        """As the library's; and which views look at the query is kept."""
        decorate = super().arguments(schema, location=location, **options)
        if location != "query":
            return decorate

        def note(view: View) -> View:
            self._queried.add(f"{self.name}.{view.__name__}")
            decorated: View = decorate(view)
            return decorated

        return note

    def _refuse_query(self) -> None:
        """A view that takes no query is given none: what would be passed over is a mistake."""
        if request.args and request.endpoint not in self._queried:
            name = next(iter(request.args))
            raise InvalidInput(name[:100], "Nothing of this name is known here.")

    def _scope(self, method: str) -> str:
        return "read" if method in ("GET", "HEAD") else self._writing

    def problems(self, *codes: int) -> Callable[[View], View]:
        """Document the errors that a view may answer with, beside those that all may."""

        def decorate(view: View) -> View:
            for code in sorted({*self._codes, *codes}):
                view = self.alt_response(
                    code, schema="Problem", content_type=problems.CONTENT_TYPE,
                    description=problems.TITLES[code],
                )(view)  # fmt: skip
            return view

        return decorate


def _limit_body() -> None:
    request.max_content_length = LARGEST_BODY
