"""An answer looked at before it is sent: who gets it, and how it looks to them."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, redirect, request, url_for
from flask.wrappers import Response
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import validation
from helpdesk.actions.save_draft import save_draft
from helpdesk.errors import InvalidInput
from helpdesk.mail_out.answer_values import answer_values
from helpdesk.mail_out.previews import draft_mail
from helpdesk.mail_out.render import render_mail
from helpdesk.mail_out.ticket_mails import answer_subject
from helpdesk.models import DraftKind, Ticket
from helpdesk.queries.answer_recipients import CopyRecipient, answer_recipients, copy_recipients
from helpdesk.queries.ticket_view import view_ticket
from helpdesk.tickets.access import find_ticket
from helpdesk.tickets.drafts import DraftContent
from helpdesk.tickets.mailboxes import mailbox_for
from web.desk.blueprint import blueprint, desk_page
from web.desk.composer import chosen_ids, draft_in_form
from web.desk.status_after import after_sending
from web.desk.ticket import Draft, show_ticket
from web.preview_frame import THEMES, framed, with_pictures
from web.security import timed_serializer
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, store, transaction

_GOOD_FOR = 12 * 3600


@blueprint.post("/t/<number>/preview")
@staff_only
def preview(number: str) -> AnyResponse:
    """The mail that the composer's text would become; the text and files go along."""
    me, draft = signed_in(), draft_in_form()
    text, files = draft.text, draft.files
    if "back" in request.form:
        return _back_to_writing(number, draft)
    session = read_session()
    ticket = find_ticket(session, me.actor, number)
    recipients = answer_recipients(session, ticket, include=chosen_ids("include"))
    try:
        validation.message(text, "comment", validation.ANSWER_LENGTH)
        copies = _copies(session, ticket, draft, [one.person.address for one in recipients])
    except InvalidInput as problem:
        errors = {problem.field: problem.message}
        return show_ticket(number, replace(draft, errors=errors), status=422)
    first = recipients[0].person if recipients else ticket.requester
    name = me.person.name_for_customers
    values = answer_values(session, ticket, text=text, author_name=name, files=files)
    mailbox = mailbox_for(session, ticket)
    mail = draft_mail(ticket, mailbox, first, values, answer_subject(ticket.subject))
    rendered = render_mail(mail, store().settings)
    html = with_pictures(rendered.html, values["attachments"])
    return desk_page(
        "desk/preview.html",
        ticket=view_ticket(ticket),
        recipients=recipients,
        copies=copies,
        more=max(len(recipients) + sum(map(len, copies.values())) - 1, 0),
        first=first,
        mailbox=mailbox,
        rendered=rendered,
        frame=_signer().dumps(store().blobs.put(html.encode())),
        draft=draft,
        status_label=dict(after_sending(ticket.status)).get(draft.status, ""),
        attached=[file for file in values["attachments"] if not file.get("content_id")],
    )


def _copies(
    session: Session, ticket: Ticket, draft: Draft, besides: list[str]
) -> dict[str, tuple[CopyRecipient, ...]]:
    """Who gets it in copy, by the name of the field.

    :raises InvalidInput: (``cc``, ``bcc``)
    """
    actor = signed_in().actor
    cc = copy_recipients(session, actor, ticket, draft.cc, "cc", besides=besides)
    besides = [*besides, *(one.address for one in cc)]
    bcc = copy_recipients(session, actor, ticket, draft.bcc, "bcc", besides=besides)
    return {"Cc": cc, "Bcc": bcc}


def _back_to_writing(number: str, draft: Draft) -> AnyResponse:
    """The ticket, with what was looked at in the composer."""
    fields = {
        "status": draft.lost_status or draft.status,
        "later": draft.later,
        "cc": draft.cc,
        "bcc": draft.bcc,
        **draft.changes.fields,
    }
    content = DraftContent(draft.text, fields, draft.files)
    try:
        with transaction() as session:
            save_draft(session, signed_in().actor, DraftKind.REPLY, number, content, now=now())
    except InvalidInput as problem:
        return show_ticket(number, replace(draft, errors={"comment": problem.message}), status=422)
    return redirect(url_for("desk.ticket", number=number, _anchor="composer"), 303)


@blueprint.get("/preview/<token>/<theme>")
@staff_only
def preview_frame(token: str, theme: str) -> Response:
    """The HTML of a preview, for its frames."""
    try:
        key = _signer().loads(token, max_age=_GOOD_FOR)
    except BadData:
        abort(404)
    if theme not in THEMES:
        abort(404)
    return framed(store().blobs.get(key).decode(), theme)


def _signer() -> URLSafeTimedSerializer:
    return timed_serializer("preview of an answer")
