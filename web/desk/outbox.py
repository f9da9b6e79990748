"""The outbox: what waits, what left, what did not arrive; and what a person may do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.cancel_mail import cancel_mail
from helpdesk.actions.clear_bounce import clear_bounce
from helpdesk.actions.send_again import send_again, send_corrected
from helpdesk.errors import AlreadyLeft, InvalidInput
from helpdesk.models import OutboundState
from helpdesk.queries.delivery_figures import delivery_figures
from helpdesk.queries.mailboxes import own_mailboxes
from helpdesk.queries.outbox import (
    MOST_COUNTED,
    OutboxKind,
    outbox_mail,
    outbox_page,
    state_counts,
)
from web.desk.blueprint import blueprint, desk_page
from web.security import own_path
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, store, transaction

KINDS = {OutboxKind.CUSTOMERS: "To customers", OutboxKind.STAFF: "To colleagues"}


@blueprint.get("/outbox")
@staff_only
def outbox() -> Response:
    """One page of the outbox, with the counts of each state and the last fortnight's success."""
    session, actor = read_session(), signed_in().actor
    state = request.args.get("state", "")
    state = state if state in set(OutboundState) else ""
    counts = state_counts(session, actor)
    kind = _kind(state, counts)
    mailbox_id = request.args.get("mailbox", 0, int)
    search = request.args.get("search", "")[:200]
    page = outbox_page(
        session,
        actor,
        kind=kind,
        state=state,
        mailbox_id=mailbox_id,
        search=search,
        before=request.args.get("before", 0, int),
        now=now(),
    )
    return desk_page(
        "desk/outbox.html",
        page=page,
        kind=kind,
        kinds=KINDS,
        state=state,
        mailbox_id=mailbox_id,
        search=search,
        boxes=own_mailboxes(session, actor),
        mail_counts=counts[kind],
        kind_counts={one: min(sum(counts[one].values()), MOST_COUNTED) for one in OutboxKind},
        figures=delivery_figures(session, actor, now=now()),
        as_of=now(),
        captures=store().settings.relay.scheme == "capture",
    )


def _kind(state: str, counts: Mapping[OutboxKind, Mapping[str, int]]) -> OutboxKind:
    """The kind that the address names; without one that of customers, unless only the other has
    mails of this state.
    """
    wanted = request.args.get("to", "")
    if wanted in set(OutboxKind):
        return OutboxKind(wanted)
    of_staff = counts[OutboxKind.STAFF].get(state, 0)
    is_staffs = of_staff and not counts[OutboxKind.CUSTOMERS].get(state, 0)
    return OutboxKind.STAFF if is_staffs else OutboxKind.CUSTOMERS


@blueprint.post("/outbox/<int:mail_id>/again")
@staff_only
def mail_again(mail_id: int) -> AnyResponse:
    """Send a mail again as it was."""
    return _do(
        "It is sent again.",
        lambda session: send_again(session, signed_in().actor, mail_id, now=now()),
    )


@blueprint.post("/outbox/<int:mail_id>/cancel")
@staff_only
def mail_cancel(mail_id: int) -> AnyResponse:
    """Cancel a mail that has not left."""
    return _do(
        "Cancelled: it will not be sent.",
        lambda session: cancel_mail(session, signed_in().actor, mail_id, now=now()),
    )


@blueprint.get("/outbox/<int:mail_id>/correct")
@staff_only
def mail_correct(mail_id: int) -> Response:
    """The form to correct an answer that did not arrive."""
    return _correct_form(mail_id)


@blueprint.post("/outbox/<int:mail_id>/correct")
@staff_only
def mail_send_corrected(mail_id: int) -> AnyResponse:
    """Send it corrected, in the place of the old one."""
    form = request.form
    try:
        with transaction() as session:
            send_corrected(
                session,
                signed_in().actor,
                mail_id,
                recipient=form.get("recipient", ""),
                text=form.get("text", ""),
                now=now(),
            )
    except InvalidInput as problem:
        return _correct_form(mail_id, {problem.field: problem.message}, 422)
    flash("The corrected mail is on its way.")
    return redirect(_back(), 303)


@blueprint.post("/person/clear-bounce")
@staff_only
def forget_bounce() -> AnyResponse:
    """An address that mail came back from works again."""
    person_id = request.form.get("person", 0, int)
    return _do(
        "Cleared. Answers go to this address again without a warning.",
        lambda session: clear_bounce(session, signed_in().actor, person_id),
    )


def _do(done: str, action: Callable[[Session], Any]) -> AnyResponse:
    try:
        with transaction() as session:
            action(session)
    except (InvalidInput, AlreadyLeft) as problem:
        flash(str(problem))
    else:
        flash(done)
    return redirect(_back(), 303)


def _back() -> str:
    """The page that the form stood on."""
    return own_path(request.form.get("next")) or url_for("desk.outbox")


def _correct_form(
    mail_id: int, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return desk_page(
        "desk/outbox_correct.html",
        status,
        mail=outbox_mail(read_session(), signed_in().actor, mail_id),
        errors=errors or {},
        form=request.form,
        back=own_path(request.values.get("next")) or "",
    )
