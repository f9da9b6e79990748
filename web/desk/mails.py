"""How our mails look: each template with made-up values, and what a mailbox gives them. Admins."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.wrappers import Response
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.change_mailbox import change_mailbox
from helpdesk.errors import InvalidInput
from helpdesk.languages import LANGUAGES, known_language, statuses_in
from helpdesk.letter import Letter, write_letter
from helpdesk.mail_previews import SAMPLES, sample_mail
from helpdesk.models import Mailbox
from helpdesk.notices import CUSTOMER_KINDS, KINDS, STAFF_KINDS
from web.desk.blueprint import blueprint, desk_page
from web.letter_frame import framed
from web.sign_in import signed_in, staff_only
from web.store import reading, store, transaction

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
@staff_only
def mails() -> Response:
    """One template as a mailbox sends it, and the mailbox's own settings for all of them."""
    _admins_only()
    return _page()


@blueprint.get("/mails/frame")
@staff_only
def mails_frame() -> Response:
    """The HTML of a template, for the frames of the page."""
    _admins_only()
    theme = "dark" if request.args.get("theme") == "dark" else "light"
    return framed(_letter(_mailbox(), _template(), _language(_mailbox())).html, theme)


@blueprint.post("/mails/<int:mailbox_id>")
@staff_only
def save_mailbox(mailbox_id: int) -> AnyResponse:
    """Change what the mailbox gives to its mails."""
    _admins_only()
    form = request.form
    try:
        with transaction() as session:
            change_mailbox(
                session,
                signed_in().actor,
                mailbox_id,
                name=form.get("name", ""),
                signature=form.get("signature", ""),
                colour=form.get("colour", ""),
                language=form.get("language", ""),
                quotes="quotes" in form,
                wanted=form.getlist("mailed"),
            )
    except InvalidInput as problem:
        return _page({problem.field: problem.message}, 422, mailbox_id)
    flash("Saved. Mails look like this from now on.")
    return redirect(url_for("desk.mails", mailbox=mailbox_id, template=_template()), 303)


def _page(
    errors: dict[str, str] | None = None, status: int = 200, mailbox_id: int | None = None
) -> Response:
    mailbox, template = _mailbox(mailbox_id), _template()
    language, form = _language(mailbox), request.form
    given = form if errors else None
    return desk_page(
        "desk/mails.html",
        status,
        boxes=list(reading().scalars(select(Mailbox).order_by(Mailbox.id))),
        mailbox=mailbox,
        shown=template,
        labels=LABELS,
        chosen_language=language,
        languages=LANGUAGES,
        statuses=statuses_in(language),
        status_name=_status(),
        letter=_letter(mailbox, template, language),
        name=given.get("name", "") if given else mailbox.name,
        signature=given.get("signature", "") if given else mailbox.signature,
        colour=given.get("colour", "") if given else mailbox.colour,
        usual_language=given.get("language", "") if given else mailbox.language,
        quotes="quotes" in given if given else mailbox.quotes,
        mailed=given.getlist("mailed") if given else set(KINDS) - set(mailbox.muted),
        kinds={"Customers": CUSTOMER_KINDS, "Staff": STAFF_KINDS},
        errors=errors or {},
    )


def _letter(mailbox: Mailbox, template: str, language: str) -> Letter:
    return write_letter(sample_mail(template, mailbox, language, _status()), store().settings)


def _admins_only() -> None:
    if not signed_in().actor.is_admin:
        abort(404)


def _mailbox(mailbox_id: int | None = None) -> Mailbox:
    wanted = mailbox_id if mailbox_id is not None else request.args.get("mailbox", 0, int)
    found = reading().get(Mailbox, wanted) if 0 < wanted < 2**63 else None
    if found is None and not wanted:
        found = reading().scalar(select(Mailbox).order_by(Mailbox.id).limit(1))
    if found is None:
        abort(404)
    return found


def _template() -> str:
    wanted = request.values.get("template", "")
    return wanted if wanted in SAMPLES else next(iter(SAMPLES))


def _language(mailbox: Mailbox) -> str:
    return known_language(request.args.get("language"), mailbox.language)


def _status() -> str:
    wanted = request.args.get("status", "")
    return wanted if wanted in statuses_in("en") else "resolved"
