"""How our mails look: each template with made-up values, in each language, from each mailbox."""

from __future__ import annotations

from flask import abort, request
from flask.wrappers import Response
from sqlalchemy import select

from helpdesk.languages import LANGUAGES, known_language, statuses_in
from helpdesk.mail_out.previews import SAMPLES, sample_mail
from helpdesk.mail_out.render import RenderedMail, render_mail
from helpdesk.models import Mailbox
from helpdesk.queries.mailboxes import mailboxes
from web.desk.blueprint import blueprint, desk_page
from web.preview_frame import framed
from web.sign_in import admin_only
from web.store import reading, store

LABELS = {
    "ticket_created_customer": "We have your message",
    "comment_added_customer": "An answer",
    "status_changed_customer": "How the request stands",
    "survey_customer": "How did we do?",
    "tracking_link": "A fresh link",
    "sign_in_link": "A link to sign in",
    "confirm_address": "Proving an address",
    "ticket_created_staff": "A new ticket",
    "comment_added_staff": "A customer answered",
    "assigned_staff": "A ticket is given",
    "mentioned_staff": "Mentioned in a note",
    "digest_staff": "Many at once",
    "delivery_failed_staff": "An answer was not delivered",
    "mail_alarm_staff": "Mail may not be coming in",
    "canary": "Postdesk’s own test mail",
}


@blueprint.get("/mails")
@admin_only
def mails() -> Response:
    """One template, as a mailbox sends it."""
    return _page()


@blueprint.get("/mails/frame")
@admin_only
def mails_frame() -> Response:
    """The HTML of a template, for the frames of the page."""
    theme = "dark" if request.args.get("theme") == "dark" else "light"
    return framed(_rendered(_mailbox(), _template(), _language(_mailbox())).html, theme)


def _page() -> Response:
    mailbox, template = _mailbox(), _template()
    language = _language(mailbox)
    return desk_page(
        "desk/mails.html",
        boxes=mailboxes(reading()),
        mailbox=mailbox,
        shown=template,
        labels=LABELS,
        chosen_language=language,
        languages=LANGUAGES,
        statuses=statuses_in(language),
        status_name=_status(),
        rendered=_rendered(mailbox, template, language),
    )


def _rendered(mailbox: Mailbox, template: str, language: str) -> RenderedMail:
    return render_mail(sample_mail(template, mailbox, language, _status()), store().settings)


def _mailbox() -> Mailbox:
    wanted = request.args.get("mailbox", 0, int)
    found = reading().get(Mailbox, wanted) if 0 < wanted < 2**63 else None
    if found is None and not wanted:
        found = reading().scalar(select(Mailbox).order_by(Mailbox.id).limit(1))
    if found is None:
        abort(404)
    return found


def _template() -> str:
    wanted = request.args.get("template", "")
    return wanted if wanted in SAMPLES else next(iter(SAMPLES))


def _language(mailbox: Mailbox) -> str:
    return known_language(request.args.get("language"), mailbox.language)


def _status() -> str:
    wanted = request.args.get("status", "")
    return wanted if wanted in statuses_in("en") else "resolved"
