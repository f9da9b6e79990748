"""How our mails look: each template with made-up values, in each language, from each mailbox."""

from __future__ import annotations

from flask import abort, request
from flask.wrappers import Response
from sqlalchemy import select

from helpdesk.languages import LANGUAGES, known_language, statuses_in
from helpdesk.mail_out.previews import sample_mail
from helpdesk.mail_out.render import RenderedMail, render_mail
from helpdesk.mail_out.templates import TEMPLATES, Template
from helpdesk.models import Mailbox
from helpdesk.queries.mailboxes import mailboxes
from web.desk.blueprint import blueprint, desk_page
from web.preview_frame import framed
from web.sign_in import admin_only
from web.store import read_session, store


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
        boxes=mailboxes(read_session()),
        mailbox=mailbox,
        shown=template,
        mail_templates=TEMPLATES.values(),
        chosen_language=language,
        languages=LANGUAGES,
        statuses=statuses_in(language),
        status_name=_status(),
        rendered=_rendered(mailbox, template, language),
    )


def _rendered(mailbox: Mailbox, template: Template, language: str) -> RenderedMail:
    return render_mail(sample_mail(template, mailbox, language, _status()), store().settings)


def _mailbox() -> Mailbox:
    wanted = request.args.get("mailbox", 0, int)
    found = read_session().get(Mailbox, wanted) if 0 < wanted < 2**63 else None
    if found is None and not wanted:
        in_use = select(Mailbox).where(Mailbox.removed_at.is_(None))
        found = read_session().scalar(in_use.order_by(Mailbox.id).limit(1))
    if found is None:
        abort(404)
    return found


def _template() -> Template:
    wanted = request.args.get("template", "")
    return TEMPLATES.get(wanted) or next(iter(TEMPLATES.values()))


def _language(mailbox: Mailbox) -> str:
    return known_language(request.args.get("language"), mailbox.language)


def _status() -> str:
    wanted = request.args.get("status", "")
    return wanted if wanted in statuses_in("en") else "resolved"
