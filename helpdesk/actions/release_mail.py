"""Release a held mail, or discard it: what a person decides about the quarantine.

Releasing only marks it: the filer reads it from its raw bytes once more, and files it where it
belongs. Its row of the ledger stays the same one, so the counts balance at every moment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.receive_mail import Filed, file_mail
from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.incoming import Incoming, Named
from helpdesk.mailboxes import all_mailboxes
from helpdesk.models import InboundMail, Person
from helpdesk.text import fold_address, split_tag

NOBODY = "It names nobody who could be answered, so it cannot become a ticket."


def release_mail(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> InboundMail:
    """Have a held mail filed after all.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: it is not held.
    """
    row = _to_decide(session, actor, mail_id, "held")
    _note(session, row, actor, "waiting", "released_by", now)
    return row


def discard_mail(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> InboundMail:
    """Set a held mail aside: it stays in the ledger with its raw bytes, and on no ticket.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: it is not held.
    """
    row = _to_decide(session, actor, mail_id, "held")
    _note(session, row, actor, "set_aside", "discarded_by", now)
    return row


def hold_again(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> InboundMail:
    """Take back a discarding.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: nobody had discarded it.
    """
    row = _to_decide(session, actor, mail_id, "set_aside")
    if "discarded_by" not in row.decision:
        raise InvalidInput("state", "Nobody discarded this mail.")
    row.decision = {key: value for key, value in row.decision.items() if key != "discarded_by"}
    row.state, row.decided_at = "held", now
    return row


def released_mails(session: Session, limit: int = 20) -> list[InboundMail]:
    """The released mails that wait to be filed, oldest first."""
    rows = session.scalars(
        select(InboundMail)
        .where(InboundMail.state == "waiting")
        .order_by(InboundMail.id)
        .limit(limit)
    )
    return list(rows)


def file_released(session: Session, mail: Incoming, *, now: datetime) -> Filed:
    """File a released mail, whatever it was held for: a person has looked at it.

    One that still names nobody to answer is held again, and says so.
    """
    row = session.scalar(
        select(InboundMail)
        .where(InboundMail.spool_name == mail.arrival.spool_name, InboundMail.state == "waiting")
        .with_for_update()
    )
    if row is None:
        return Filed("filed")
    sender = _someone_to_answer(session, mail)
    if sender is None:
        row.state, row.reason, row.decided_at = "held", NOBODY, now
        return Filed("held", NOBODY)
    return file_mail(session, replace(mail, sender=sender), sender, now)


def _someone_to_answer(session: Session, mail: Incoming) -> Named | None:
    ours = all_mailboxes(session)
    candidates = (mail.sender, *mail.reply_to, Named("", mail.arrival.envelope_from))
    return next(
        (
            named
            for named in candidates
            if named is not None
            and is_address(fold_address(named.address))
            and split_tag(named.address)[0] not in ours
        ),
        None,
    )


def _to_decide(session: Session, actor: Actor, mail_id: int, state: str) -> InboundMail:
    if not actor.is_staff:
        raise NotAllowed("Held mail is for staff.")
    row = session.get(InboundMail, mail_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such mail.")
    if row.state != state:
        raise InvalidInput("state", "Someone else decided about this mail meanwhile.")
    return row


def _note(
    session: Session, row: InboundMail, actor: Actor, state: str, as_what: str, now: datetime
) -> None:
    person = session.get(Person, actor.person_id) if actor.person_id else None
    row.decision = {**row.decision, as_what: person.shown_name if person else "Postdesk"}
    row.state, row.decided_at = state, now
