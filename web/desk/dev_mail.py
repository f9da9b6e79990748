"""For development: what left, where mail is captured instead of sent. As HTML, text, and raw."""

from __future__ import annotations

from flask import abort, make_response, request
from flask.wrappers import Response

from web.captured import captured_mails, opened_mail
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only
from web.store import store

# Our own template's HTML: it carries its styles, loads nothing, and runs nothing.
FRAME_POLICY = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
SHOWN_AS = ("html", "text", "raw")


@blueprint.get("/dev/mail")
@admin_only
def dev_mail() -> Response:
    """The captured mails, newest first, and one of them opened. Only with the ``capture:`` relay.

    For admins: among the mails are links that sign in whoever opens them, or set a password.

    ``?mail=NAME`` opens one, ``&as=html|text|raw`` says how; ``&as=frame`` is its HTML alone.
    """
    settings = store().settings
    if settings.relay.scheme != "capture":
        abort(404)
    name, shown_as = request.args.get("mail", ""), request.args.get("as", "html")
    opened = opened_mail(settings.sent_dir, name) if name else None
    if opened and shown_as == "frame":
        frame = make_response(opened.html)
        frame.headers["Content-Security-Policy"] = FRAME_POLICY
        return frame
    return desk_page(
        "desk/dev_mail.html",
        mails=captured_mails(settings.sent_dir),
        opened=opened,
        shown_as=shown_as if shown_as in SHOWN_AS else "html",
        ways=SHOWN_AS,
    )
