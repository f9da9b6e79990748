"""The language that a page is in: what its reader chose or asks for; and the words in it.

In templates and views of customers' pages: ``_("…")``, ``{% trans %}…{% endtrans %}``. The desk is
English. A page that has a reason of its own (its mailbox's language) says :func:`speak` first.
"""

from __future__ import annotations

from flask import Flask, g, has_request_context, request

from helpdesk.languages import ENGLISH, accepted_language, known_language, statuses_in, translation
from helpdesk.vocabulary import Status


def attach(app: Flask) -> None:
    """Give the templates their words."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    environment.globals["language"] = language
    environment.filters["in_language"] = status_in_language


def language() -> str:
    """The code of the language that this page is in: chosen by :func:`speak`, else English."""
    spoken: str = g.get("language", ENGLISH) if has_request_context() else ENGLISH
    return spoken


def speak(*usual: str | None, first: str | None = None) -> str:
    """Have this page be in its reader's language; returns its code.

    :param first: what the reader has chosen, if they have; before what the browser asks for.
    :param usual: what to speak where the browser asks for nothing that we speak.
    """
    asked = accepted_language(request.headers.get("Accept-Language", ""))
    g.language = known_language(first, asked, *usual)
    return language()


def gettext(message: str) -> str:
    """A message in the language of this page."""
    return translation(language()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message that counts, in the language of this page."""
    return translation(language()).ngettext(one, many, count)


def status_in_language(status: Status) -> Status:
    """A status with its words in the language of this page."""
    return statuses_in(language())[status.name]
