"""Mail that waits for a person: what is held in quarantine, and what became of all the rest."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.release_mail import discard_mail, hold_again, release_mail
from helpdesk.errors import InvalidInput
from helpdesk.models import InboundMail
from helpdesk.queries.ledger import held_mails, ledger
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import now, reading, transaction


@blueprint.get("/mail")
@staff_only
def mail() -> Response:
    """The held mails, with the reason of each, and how many were filed and set aside."""
    session = reading()
    return desk_page(
        "desk/mail.html",
        held=held_mails(session),
        counts_of_mail=ledger(session, accepted=0, waiting=0),
    )


@blueprint.post("/mail/<int:mail_id>/release")
@staff_only
def release(mail_id: int) -> Response:
    """Have a held mail filed after all; the filer does it within a second or two."""
    return _decide(
        "Released: it will stand in the queue in a moment.",
        lambda session: release_mail(session, signed_in().actor, mail_id, now=now()),
    )


@blueprint.post("/mail/<int:mail_id>/discard")
@staff_only
def discard(mail_id: int) -> Response:
    """Set a held mail aside."""
    return _decide(
        "Set aside. Its raw bytes are kept.",
        lambda session: discard_mail(session, signed_in().actor, mail_id, now=now()),
    )


@blueprint.post("/mail/<int:mail_id>/hold")
@staff_only
def hold(mail_id: int) -> Response:
    """Take back a discarding."""
    return _decide(
        "Held again.",
        lambda session: hold_again(session, signed_in().actor, mail_id, now=now()),
    )


def _decide(done: str, action: Callable[[Session], InboundMail]) -> Response:
    try:
        with transaction() as session:
            action(session)
    except InvalidInput as problem:
        flash(problem.message)
    else:
        flash(done)
    return redirect(url_for("desk.mail"))
