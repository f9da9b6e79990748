"""The web's application: desk, customers' pages, API and health, put together here alone.

A view reads what the page needs, calls one action, and renders: no rule of the helpdesk stands in
the web. Every page works without JavaScript; htmx only makes it smoother.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from helpdesk.blobs import open_blobs
from helpdesk.db import Database, connect
from helpdesk.mail_door import MailDoor
from helpdesk.settings import Settings
from jobs import queue
from web import (
    assets,
    audit_words,
    compiled_templates,
    errors,
    labels,
    languages,
    limits,
    mail_frame,
    metrics,
    ops,
    options,
    outcomes,
    quick_templates,
    rendering,
    row_marks,
    security,
    sign_in,
    store,
    theme,
    visits,
)
from web.api.register import register as register_api
from web.desk import figures, live, view_list, watch
from web.desk import pages as desk
from web.portal import pages as portal
from web.proxies import TrustedProxies, Wsgi

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
LARGEST_UPLOAD = 25 * 1024 * 1024
"""Bytes of all files of one answer together."""
_FORM_AROUND_THEM = 1024 * 1024


def create_app(
    settings: Settings, database: Database | None = None, *, mail_door: MailDoor | None = None
) -> Flask:
    """The application for one process.

    :param database: one that is open already (tests); else the one that the settings name.
    :param mail_door: where mail that is posted goes in.
    """
    app = Flask("web", static_folder=None, template_folder=str(TEMPLATES))
    app.config.update(_configuration(settings))
    nudger = queue.connect(settings)
    if database is None:
        database = connect(settings)
        database.after_commit(nudger.nudge)
    blobs = open_blobs(settings)
    store.init_app(app, settings, database, blobs, nudger.reachable, mail_door)
    CSRFProtect(app)
    limits.init_app(app, settings)
    compiled_templates.init_app(app, settings)
    quick_templates.init_app(app)
    words = (languages, rendering, row_marks, labels, audit_words)
    parts = (assets, *words, theme, security, errors, sign_in, options)
    for part in (metrics, *parts, figures, live, outcomes, watch, ops, visits, view_list):
        part.init_app(app)
    app.register_blueprint(desk.blueprint)
    app.register_blueprint(portal.blueprint)
    app.register_blueprint(mail_frame.blueprint)
    register_api(app)
    wsgi: Wsgi = TrustedProxies(app.wsgi_app, settings.trusted_proxies)
    if settings.metrics_listen:
        wsgi = metrics.OwnListener(wsgi, settings.metrics_listen)
    setattr(app, "wsgi_app", wsgi)  # noqa: B010 (to mypy it is a method)
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD + _FORM_AROUND_THEM,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-postdesk" if settings.secure_cookies else "postdesk",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        # Only what changes the session sets its cookie: an answer still on its way when somebody
        # signs out would sign them in again.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "TRUSTED_HOSTS": security.trusted_hosts(settings),
        # A form may stand open all day; the token lives as long as the session.
        "WTF_CSRF_TIME_LIMIT": None,
        # Our pages send no Referer; web.security looks at Sec-Fetch-Site instead.
        "WTF_CSRF_SSL_STRICT": False,
    }
