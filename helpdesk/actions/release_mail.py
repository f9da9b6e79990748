"""Release a held mail, or delete it: what a person decides about the quarantine.

Releasing only marks it: the filer reads it from its raw bytes once more, and files it where it
belongs. Its row of the ledger stays the same one, so the counts balance at every moment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.file_mail import file_mail
from helpdesk.actions.trust_sender import trust_sender
from helpdesk.actor import Actor
from helpdesk.addr_spec import may_be_heard
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_in.incoming import Incoming, NamedAddress
from helpdesk.mail_in.ledger_row import MailOutcome
from helpdesk.mail_in.reply_to import as_written_by
from helpdesk.mail_in.rewritten_senders import before_rewriting
from helpdesk.mail_out.notifications import notifications_suppressed
from helpdesk.models import InboundMail, InboundState, Person, TrustedSender
from helpdesk.text import fold_address
from helpdesk.tickets.access import check_staff, find_inbound
from helpdesk.tickets.mailboxes import is_ours
from helpdesk.vocabulary import MailboxRight, Verdict

NOBODY = "It was released, but names nobody who could be answered: it cannot become a ticket."
MOST_AT_ONCE = 200
_ABOUT_RELEASE = ("released_by", "released_at", "held_for", "authentication")
_ABOUT_DELETION = ("discarded_by", "discarded_at")


@dataclass(frozen=True)
class Decided:
    """What became of a selection: the mails decided, and how many others had decided meanwhile."""

    mail_ids: tuple[int, ...]
    too_late: int


def release_mail(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> InboundMail:
    """Have a held mail filed after all.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: it is not held.
    """
    row = _to_decide(session, actor, mail_id, InboundState.HELD)
    noted = {"released_by": _name_of(session, actor), "released_at": now.isoformat()}
    row.decision = {**row.decision, **noted, "held_for": row.reason}
    row.state, row.decided_at = InboundState.WAITING, now
    return row


def release_and_trust(
    session: Session, actor: Actor, mail_id: int, *, now: datetime
) -> TrustedSender:
    """Have a held mail filed, and hold none from its sender again; returns the rule for them.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: it is not held, or names no sender.
    """
    row = release_mail(session, actor, mail_id, now=now)
    if not row.from_address:
        raise InvalidInput("address", "It names no sender whose mail could be accepted.")
    return trust_sender(session, actor, row.from_address, now=now)


def discard_mail(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> InboundMail:
    """Set a held mail aside: it stays in the ledger with its raw bytes, and on no ticket.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: it is not held.
    """
    row = _to_decide(session, actor, mail_id, InboundState.HELD)
    noted = {"discarded_by": _name_of(session, actor), "discarded_at": now.isoformat()}
    row.decision = {**row.decision, **noted}
    row.state, row.decided_at = InboundState.SET_ASIDE, now
    return row


def hold_again(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> InboundMail:
    """Take back a deletion.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: nobody had deleted it.
    """
    row = _to_decide(session, actor, mail_id, InboundState.SET_ASIDE)
    if "discarded_by" not in row.decision:
        raise InvalidInput("state", "Nobody deleted this mail: it was set aside by itself.")
    row.decision = {k: v for k, v in row.decision.items() if k not in _ABOUT_DELETION}
    row.state, row.decided_at = InboundState.HELD, now
    return row


_VERBS = {"release": release_mail, "discard": discard_mail, "hold": hold_again}


def decide_mails(
    session: Session, actor: Actor, mail_ids: Collection[int], verb: str, *, now: datetime
) -> Decided:
    """Do the same to several mails: ``release``, ``discard`` or ``hold`` (again).

    Those about which someone else decided meanwhile are passed over, and counted.

    :raises NotAllowed:
    :raises InvalidInput: none was chosen, or too many.
    """
    if not mail_ids:
        raise InvalidInput("mail", "Choose the mails first.")
    if len(mail_ids) > MOST_AT_ONCE:
        raise InvalidInput("mail", f"Choose at most {MOST_AT_ONCE} mails at once.")
    done: list[int] = []
    for mail_id in mail_ids:
        try:
            _VERBS[verb](session, actor, mail_id, now=now)
        except (InvalidInput, NotFound):
            continue
        done.append(mail_id)
    return Decided(tuple(done), len(mail_ids) - len(done))


def released_mails(session: Session, limit: int = 20) -> list[InboundMail]:
    """The released mails that wait to be filed, oldest first."""
    rows = session.scalars(
        select(InboundMail)
        .where(InboundMail.state == InboundState.WAITING)
        .order_by(InboundMail.id)
        .limit(limit)
    )
    return list(rows)


def file_released(session: Session, mail: Incoming, *, now: datetime) -> MailOutcome:
    """File a released mail, whatever it was held for: a person has looked at it.

    One that still names nobody to answer is held again, and says so.
    """
    row = session.scalar(
        select(InboundMail)
        .where(
            InboundMail.spool_name == mail.arrival.spool_name,
            InboundMail.state == InboundState.WAITING,
        )
        .with_for_update()
    )
    if row is None:
        return MailOutcome(InboundState.FILED)
    sender = _someone_to_answer(session, mail)
    if sender is None:
        row.state, row.reason, row.decided_at = InboundState.HELD, NOBODY, now
        return MailOutcome(InboundState.HELD, NOBODY)
    before = row.decision
    if (before.get("authentication") or {}).get("verdict") == Verdict.FAIL:
        # Who looked at it let it in; whom it was forged in the name of did not write to us.
        mail = replace(mail, failed_when_held=True)
    if sender != mail.sender:
        mail = as_written_by(mail, sender)
    if mail.arrival.imported:
        with notifications_suppressed(session):
            filed = file_mail(session, mail, sender, mail.arrival.received_at)
    else:
        filed = file_mail(session, mail, sender, now)
    session.refresh(row)
    row.decision = {**row.decision, **_kept(before)}
    return filed


def _kept(before: dict[str, Any]) -> dict[str, Any]:
    """What a filed mail's decision keeps of the time when it was held."""
    return {name: before[name] for name in _ABOUT_RELEASE if name in before}


def _someone_to_answer(session: Session, mail: Incoming) -> NamedAddress | None:
    in_envelope = NamedAddress("", before_rewriting(mail.arrival.envelope_from))
    candidates = (mail.sender, *mail.reply_to, in_envelope)
    return next(
        (
            named
            for named in candidates
            if named is not None
            and may_be_heard(fold_address(named.address))
            and not is_ours(session, named.address)
        ),
        None,
    )


def _to_decide(session: Session, actor: Actor, mail_id: int, state: InboundState) -> InboundMail:
    check_staff(actor, "Held mail is for staff.", or_system=True)
    row = find_inbound(session, actor, mail_id, MailboxRight.MANAGE, lock=True)
    if row.state != state:
        raise InvalidInput("state", "Someone else decided about this mail meanwhile.")
    return row


def _name_of(session: Session, actor: Actor) -> str:
    person = session.get(Person, actor.person_id) if actor.person_id else None
    return person.shown_name if person else "Postdesk"
