"""Mail that waits for a person: what is held in quarantine, and what became of all the rest."""

from __future__ import annotations

from flask.wrappers import Response

from helpdesk.queries.ledger import held_mails, ledger
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import staff_only
from web.store import reading


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
