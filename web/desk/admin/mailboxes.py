"""Mailboxes: the addresses that Postdesk answers for, and how each looks and behaves."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.edit_mailbox import MOST_REOPENING_DAYS, MailboxSettings, edit_mailbox
from helpdesk.actions.set_up import add_mailbox
from helpdesk.errors import InvalidInput
from helpdesk.languages import LANGUAGES
from helpdesk.notices import CUSTOMER_KINDS, KINDS, STAFF_KINDS
from helpdesk.queries.administration import mailbox_of_id
from helpdesk.queries.mailboxes import mailboxes
from web.choices import forget_choices
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, reading, transaction

_FIELDS = ("name", "signature", "colour", "language", "reopening_days", "fed_through")


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
                now=now(),
            )
    except InvalidInput as problem:
        return _list_page(422, {problem.field: problem.message})
    forget_choices()
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
    wanted = MailboxSettings(
        **{name: request.form.get(name, "") for name in _FIELDS},
        quotes="quotes" in request.form,
        mailed=tuple(request.form.getlist("mailed")),
    )
    try:
        with transaction() as session:
            edit_mailbox(session, signed_in().actor, mailbox_id, wanted, now=now())
    except InvalidInput as problem:
        return _mailbox_page(mailbox_id, 422, {problem.field: problem.message})
    forget_choices()
    flash("Saved.")
    return redirect(url_for("desk.mailbox", mailbox_id=mailbox_id), 303)


def _list_page(status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return desk_page(
        "desk/admin/mailboxes.html",
        status,
        boxes=mailboxes(reading()),
        form=request.form,
        errors=errors or {},
    )


def _mailbox_page(
    mailbox_id: int, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    box = mailbox_of_id(reading(), signed_in().actor, mailbox_id)
    kept = {name: getattr(box, name) for name in _FIELDS}
    kept["fed_through"] = "\n".join(box.fed_through)
    # What was typed and did not hold stays in the form.
    form = {name: request.form.get(name, kept[name]) for name in _FIELDS}
    return desk_page(
        "desk/admin/mailbox.html",
        status,
        box=box,
        form=form,
        errors=errors or {},
        quotes="quotes" in request.form if errors else box.quotes,
        mailed=request.form.getlist("mailed") if errors else set(KINDS) - set(box.muted),
        kinds={"Customers": CUSTOMER_KINDS, "Staff": STAFF_KINDS},
        languages=LANGUAGES,
        most_days=MOST_REOPENING_DAYS,
    )
