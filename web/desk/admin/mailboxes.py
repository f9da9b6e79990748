"""Mailboxes: the addresses that Postdesk answers for, and how each looks and behaves."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.edit_mailbox import (
    MOST_REOPENING_DAYS,
    MailboxSettings,
    edit_mailbox,
    mailbox_words,
)
from helpdesk.actions.readdress_mailbox import readdress_mailbox
from helpdesk.actions.set_branding import LONGEST_SURVEY_DELAY, check_logo, set_logo, set_survey
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import (
    pause_mailbox,
    remove_mailbox,
    resume_mailbox,
    unfinished_in,
)
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.languages import LANGUAGES
from helpdesk.mail_out.notification_kinds import CUSTOMER_KINDS, KINDS, STAFF_KINDS
from helpdesk.queries.administration import mailbox_of_id
from helpdesk.queries.fetches import fetch_views
from helpdesk.queries.forwarding_requests import requests_in
from helpdesk.queries.mailboxes import mailboxes
from helpdesk.queries.own_relays import own_relay_views
from helpdesk.text import bounded_int
from helpdesk.tickets.seen_form import seen_of
from web.desk.blueprint import blueprint, desk_page
from web.options import forget_options
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, store, transaction

_FIELDS = ("name", "signature", "colour", "language", "reopening_days", "fed_through", "forms")


@blueprint.get("/admin/mailboxes")
@admin_only
def mailbox_list() -> Response:
    """All mailboxes."""
    return _list_page()


@blueprint.post("/admin/mailboxes")
@admin_only
def add_box() -> Response:
    """Have Postdesk answer for one more address."""
    form = request.form
    try:
        with transaction() as session:
            box = add_mailbox(
                session,
                signed_in().actor,
                form.get("address", ""),
                name=form.get("name", ""),
                only_new=True,
                now=now(),
            )
    except InvalidInput as problem:
        return _list_page(422, {problem.field: problem.message})
    forget_options()
    flash("Mail to it is taken from now on.")
    return redirect(url_for("desk.mailbox", mailbox_id=box.id), 303)


@blueprint.get("/admin/mailboxes/<int:mailbox_id>")
@admin_only
def mailbox(mailbox_id: int) -> Response:
    """One mailbox."""
    return _mailbox_page(mailbox_id)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>")
@admin_only
def edit_box(mailbox_id: int) -> Response:
    """Set how it looks and behaves."""
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in _FIELDS}
    wanted = MailboxSettings(
        **typed,
        forwarded="forwarded" in request.form,
        public="hidden" not in request.form,
        has_form="no_form" not in request.form,
        asks_reason="asks_reason" in request.form,
        quotes="quotes" in request.form,
        mailed=tuple(request.form.getlist("mailed")),
    )
    try:
        minutes = _minutes(request.form.get("survey", ""))
        with transaction() as session:
            actor = signed_in().actor
            seen = request.form.get("seen")
            box = edit_mailbox(session, actor, mailbox_id, wanted, seen=seen, now=now())
            set_survey(session, actor, box.address, minutes, now=now())
    except InvalidInput as problem:
        return _mailbox_page(mailbox_id, 422, {problem.field: problem.message})
    except ChangedMeanwhile as changed:
        return _mailbox_page(mailbox_id, 409, meanwhile=changed)
    forget_options()
    flash("Saved.")
    return redirect(url_for("desk.mailbox", mailbox_id=mailbox_id), 303)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/address")
@admin_only
def readdress_box(mailbox_id: int) -> Response:
    """Give it another address."""
    actor = signed_in().actor
    try:
        with transaction() as session:
            box = mailbox_of_id(session, actor, mailbox_id)
            readdress_mailbox(
                session, actor, box.address, request.form.get("address", ""), now=now()
            )
    except InvalidInput as problem:
        return _mailbox_page(mailbox_id, 422, {problem.field: problem.message})
    forget_options()
    flash("Its mails leave from there now. Mail to the old address is still taken.")
    return redirect(url_for("desk.mailbox", mailbox_id=mailbox_id), 303)


_STATES = {
    "pause": (pause_mailbox, "It is paused: servers that send to it wait, and try again."),
    "resume": (resume_mailbox, "It takes mail again."),
    "remove": (remove_mailbox, "It is removed. Its tickets stay."),
}


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/state")
@admin_only
def stop_box(mailbox_id: int) -> Response:
    """Pause it, resume it, or remove it."""
    actor, wanted = signed_in().actor, request.form.get("do", "")
    change, said = _STATES.get(wanted, (None, ""))
    if change is None:
        abort(400)
    try:
        with transaction() as session:
            change(session, actor, mailbox_of_id(session, actor, mailbox_id).address, now=now())
    except InvalidInput as problem:
        return _mailbox_page(mailbox_id, 422, {"state": problem.message})
    forget_options()
    flash(said)
    if wanted == "remove":
        return redirect(url_for("desk.mailbox_list"), 303)
    return redirect(url_for("desk.mailbox", mailbox_id=mailbox_id), 303)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/logo")
@admin_only
def change_logo(mailbox_id: int) -> Response:
    """Show the picture that was sent along at the head of its customers' pages, or none."""
    actor, upload = signed_in().actor, request.files.get("logo")
    key = ""
    if "remove" not in request.form:
        content = upload.read() if upload else b""
        try:
            check_logo(content)
        except InvalidInput as problem:
            return _mailbox_page(mailbox_id, 422, {problem.field: problem.message})
        key = store().blobs.put(content)
    with transaction() as session:
        box = mailbox_of_id(session, actor, mailbox_id)
        set_logo(session, actor, box.address, key, now=now())
    forget_options()
    flash("Customers see it from now on." if key else "The name stands there again.")
    return redirect(url_for("desk.mailbox", mailbox_id=mailbox_id), 303)


def _minutes(text: str) -> int | None:
    """What was typed as minutes; nothing at all means never."""
    text = text.strip()
    if not text:
        return None
    minutes = bounded_int(text, most=999_999)
    if minutes is None:
        raise InvalidInput("survey", "Say it as a number of minutes, or leave it empty.")
    return minutes


def _list_page(status: int = 200, errors: dict[str, str] | None = None) -> Response:
    session, actor = read_session(), signed_in().actor
    fetches = fetch_views(session, actor, now())
    return desk_page(
        "desk/admin/mailboxes.html",
        status,
        boxes=mailboxes(session, removed=True),
        fetches={one.mailbox_id: one.sentence for one in fetches if one.trouble},
        sending={
            one.mailbox_id: one.sentence for one in own_relay_views(session, actor) if one.trouble
        },
        form=request.form,
        errors=errors or {},
    )


def _mailbox_page(
    mailbox_id: int,
    status: int = 200,
    errors: dict[str, str] | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    box = mailbox_of_id(read_session(), signed_in().actor, mailbox_id)
    kept = {name: getattr(box, name) for name in _FIELDS}
    kept["fed_through"] = "\n".join(box.fed_through)
    kept["forms"] = "\n".join(box.forms)
    # What was typed and did not hold stays in the form.
    typed = "name" in request.form
    kept["survey"] = "" if box.survey_minutes is None else str(box.survey_minutes)
    form = {name: request.form.get(name, value) for name, value in kept.items()}
    return desk_page(
        "desk/admin/mailbox.html",
        status,
        box=box,
        seen=seen_of(mailbox_words(box)),
        meanwhile=meanwhile,
        form=form,
        errors=errors or {},
        forwarded="forwarded" in request.form if typed else box.forwarded,
        hidden="hidden" in request.form if typed else not box.public,
        no_form="no_form" in request.form if typed else not box.has_form,
        unfinished=unfinished_in(read_session(), box),
        requests=requests_in(read_session(), signed_in().actor, mailbox_id),
        address=request.form.get("address", box.address),
        others=[one for one in mailboxes(read_session()) if one.id != box.id],
        asks_reason="asks_reason" in request.form if typed else box.asks_reason,
        quotes="quotes" in request.form if typed else box.quotes,
        mailed=request.form.getlist("mailed") if typed else set(KINDS) - set(box.muted),
        kinds={"Customers": CUSTOMER_KINDS, "Staff": STAFF_KINDS},
        languages=LANGUAGES,
        most_days=MOST_REOPENING_DAYS,
        most_minutes=LONGEST_SURVEY_DELAY,
    )
