"""What people see when something does not work: calm words, and nothing typed is lost."""

from __future__ import annotations

import structlog
from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, TooManyRequests

from helpdesk.blobs import StoreAway
from helpdesk.errors import NotAllowed, NotFound, StepNotAllowed, TicketMerged
from helpdesk.outages import outage
from helpdesk.vocabulary import mark
from web import limits
from web.languages import translated_here
from web.old_forms import OldForm, old_form
from web.page_above import page_above

log = structlog.get_logger("web")

_WORDS = {
    400: (
        mark("That did not go through"),
        mark(
            "The page was open for too long, or the address is not "
            "complete. Open the page again and try once more."
        ),
    ),
    403: (
        mark("This is not for you"),
        mark("You may not do this with the account you are signed in with."),
    ),
    404: (mark("Nothing here"), mark("There is no such page, or it is not for you.")),
    405: (mark("That does not work this way"), mark("Open the page again and try once more.")),
    409: (
        mark("That step is not possible"),
        mark("The ticket is no longer as you saw it. Open it again."),
    ),
    413: (
        mark("Too large"),
        mark(
            "All files of one message together may have 25 MB. Go back: what you wrote is still "
            "there. Send a smaller file, or a link to it."
        ),
    ),
    429: (
        mark("A little slower, please"),
        mark("That was too often in a short time. Please try again in a few minutes."),
    ),
    500: (
        mark("Something broke on our side"),
        mark("It has been written down for the people who run this. Try again in a moment."),
    ),
    503: (
        mark("Back in a moment"),
        mark(
            "The database does not answer just now. Nothing is lost: mail is "
            "still taken in, and this page works again as soon as it is back."
        ),
    ),
}
_AWAY = mark(
    "The store of files and mails does not answer just now. Nothing is lost: mail is still taken "
    "in, all other pages work, and this one works again as soon as the store is back."
)
_LONGEST_KEPT = 200_000
_NEVER_SHOWN = (
    "csrf_token",
    "once",
    "draft_version",
    "seen_comment_id",
    "seen_change_id",
    "seen_on_it",
    "list",
    "seen",
)
_MESSAGES = ("comment", "note", "description", "text")
"""What people write: shown however short it is."""
_SECRET_NAME = "password"  # noqa: S105 (in the name of each field that asks for one)


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda _problem: error_page(400, again=old_form()))
    app.register_error_handler(NotFound, lambda _problem: _not_found())
    app.register_error_handler(NotAllowed, _not_allowed)
    for step in (StepNotAllowed, TicketMerged):
        app.register_error_handler(step, lambda problem: error_page(409, str(problem)))
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(DBAPIError, _database_trouble)
    app.register_error_handler(PoolTimeout, _database_down)
    app.register_error_handler(StoreAway, _store_away)
    app.register_error_handler(Exception, _broken)


def error_page(
    status: int, message: str = "", again: OldForm | None = None, *, headline: str = ""
) -> Response:
    """The page for an error. What the person had typed is shown on it, to be copied, or sent again.

    :param again: the form that may be sent again.
    """
    usual, words = _WORDS.get(status, _WORDS[400] if status < 500 else _WORDS[500])
    response = make_response(
        render_template(
            "pages/error.html",
            status=status,
            headline=headline or translated_here(usual),
            words=message or translated_here(words),
            typed=_typed() if status != 413 and not again else [],
            again=again,
            for_staff=request.path.startswith("/desk"),
        ),
        status,
    )
    if status in (429, 503):
        response.headers["Retry-After"] = "60" if status == 429 else "5"
    # Also where the address was a customer's own link: nobody learns it from us.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _not_found() -> Response:
    """Say what became of what staff wrote on a ticket that they do not see, or not any more.

    The words are the same where there never was one: nobody learns by them that it exists.
    """
    if not _is_work_on_ticket():
        return error_page(404)
    words = "It was moved to where you do not see it, or it is gone. What you wrote was not sent."
    return error_page(404, words, headline="This ticket is not there for you any more")


def _not_allowed(problem: NotAllowed) -> Response:
    """Who may read a ticket and not answer it any more is told so; others find nothing."""
    if not _is_work_on_ticket():
        return error_page(404)
    return error_page(404, str(problem), headline=_WORDS[403][0])


def _is_work_on_ticket() -> bool:
    is_desk = (request.endpoint or "").startswith("desk.")
    return is_desk and request.method == "POST" and "number" in (request.view_args or {})


def _typed() -> list[str]:
    try:
        fields = request.form.items(multi=True)
        return [
            value[:_LONGEST_KEPT]
            for name, value in fields
            if name not in _NEVER_SHOWN
            and _SECRET_NAME not in name
            and (name in _MESSAGES or "\n" in value or len(value) > 20)
            and value.strip()
        ]
    except HTTPException:  # the form itself is what could not be read
        return []


def _http(problem: HTTPException) -> Response:
    if problem.response is not None and problem.code is None:
        return make_response(problem.response)
    if problem.code == 404 and (plain := _without_last_slash()):
        return make_response(redirect(plain, 308))
    if problem.code == 405 and (page := _page_of_form()):
        return make_response(redirect(page, 303))
    words = limits.wait_words(problem) if isinstance(problem, TooManyRequests) else ""
    response = error_page(problem.code or 500, words)
    for name, value in problem.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _page_of_form() -> str:
    """Where somebody comes from who looks at an address that only takes forms; else empty."""
    is_look = request.method in ("GET", "HEAD") and request.path.startswith("/desk")
    return page_above() if is_look else ""


def _without_last_slash() -> str:
    """The page's own address, where the one asked for has a slash too many; else empty."""
    plain = request.path.removesuffix("/")
    if plain in ("", request.path) or request.method not in ("GET", "HEAD"):
        return ""
    try:
        current_app.create_url_adapter(request).match(plain)  # type: ignore[union-attr]
    except HTTPException:  # no such page, or a redirect of its own
        return ""
    query = request.query_string.decode("ascii", "replace")
    return f"{plain}?{query}" if query else plain


def _database_down(problem: Exception) -> Response:
    outage("database").failed(type(problem).__name__)
    return error_page(503)


def _store_away(_problem: StoreAway) -> Response:
    return error_page(503, translated_here(_AWAY))


def _database_trouble(problem: DBAPIError) -> Response:
    return _database_down(problem) if problem.connection_invalidated else _broken(problem)


def _broken(problem: Exception) -> Response:
    log.error("request_failed", route=str(request.url_rule), exc_info=problem)
    return error_page(500)
