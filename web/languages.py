"""The visitor's language and time zone; and the words of a page in that language.

In templates and views of customers' pages: ``_("…")``, ``{% trans %}…{% endtrans %}``, with words
that stand there; ``word|translated`` where a variable holds them. They speak what the visitor
chose, else what their browser asks for. The desk is English.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote

from flask import Flask, abort, g, has_request_context, redirect, request
from werkzeug.wrappers import Response

from helpdesk.errors import InvalidInput
from helpdesk.languages import (
    ENGLISH,
    LANGUAGES,
    known_language,
    moment_in,
    statuses_in,
    translated,
    translation,
)
from helpdesk.vocabulary import StatusWords
from web.security import cookies_are_secure, own_path

COOKIE = "language"
ZONE_COOKIE = "zone"
_A_YEAR = 365 * 86400
_ENGLISH_ONLY = ("/desk", "/api")


def init_app(app: Flask) -> None:
    """Give the templates their words, and take the visitor's choice."""
    app.add_url_rule("/language", "language", _choose, methods=["POST"])
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    environment.globals.update(language=language, LANGUAGES=LANGUAGES)
    environment.filters["in_language"] = status_in_language
    environment.filters["translated"] = translated_here


def language() -> str:
    """The code of the language that this page is in."""
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        g.language = _language_of_request()
    spoken: str = g.language
    return spoken


def time_zone() -> str:
    """The visitor's time zone (IANA) as their browser said it; empty as long as it has not."""
    return unquote(request.cookies.get(ZONE_COOKIE, ""))[:60]


def moment_here(moment: datetime) -> str:
    """A moment to the minute, in the language and the zone of whoever looks at this page."""
    return moment_in(language(), moment, time_zone())


def is_english_only() -> bool:
    """Whether this is a page of the desk, or the API."""
    return not has_request_context() or request.path.startswith(_ENGLISH_ONLY)


def gettext(message: str) -> str:
    """A message in the language of this page."""
    return translation(language()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message that counts, in the language of this page."""
    return translation(language()).ngettext(one, many, count)


def translated_here(words: str) -> str:
    """Words that a variable holds, in the language of this page; never formatted, never markup."""
    return translated(language(), words)


def problem_words(problem: InvalidInput) -> str:
    """What is wrong with a field, in the language of this page."""
    words = translated_here(problem.words)
    return words.format(**problem.values) if problem.values else words


def status_in_language(status: StatusWords) -> StatusWords:
    """A status with its words in the language of this page."""
    return statuses_in(language())[status.name]


def _language_of_request() -> str:
    if is_english_only():
        return ENGLISH
    chosen = request.cookies.get(COOKIE, "")
    return known_language(chosen, request.accept_languages.best_match(LANGUAGES))


def _choose() -> Response:
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        abort(400)
    answer = redirect(own_path(request.form.get("next")) or "/", 303)
    answer.set_cookie(
        COOKIE,
        wanted,
        max_age=_A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=cookies_are_secure(),
    )
    return answer
