"""What whoever sends by a mailbox's own relay writes down: what is wrong, and which copies wait.

A copy in the account's folder of sent mail is put there after the relay took the mail, once: a row
says that it is to be, in the same transaction that says that the mail was sent. Whoever takes it up
counts the try first; where it is not the first, the folder is searched for the mail before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.mail_out.templates import SECRET, TO_STAFF
from helpdesk.models import MailboxRelay, SentCopy
from helpdesk.rows import insert_row
from helpdesk.submission.trouble import PASSING_FAULTS, RelayFault, RelayTrouble

RELAY_REST = 30
"""Seconds for which a relay that could not be reached is not tried again."""
LIMIT_REST = 900
REFUSED_RELAY_RESTS = (60, 300, 900, 3600)
"""The same where people have to mend it: servers lock accounts after too many wrong passwords."""
COPY_LEASE = timedelta(minutes=10)
"""Nobody else puts a copy there meanwhile."""
COPY_RESTS = (60, 300, 900, 3600)
COPY_GIVEN_UP_AFTER = timedelta(days=3)


def note_relay_trouble(
    session: Session, mailbox_id: int, set_at: datetime, trouble: RelayTrouble, *, now: datetime
) -> None:
    """Write down why nothing can be sent by the mailbox's relay; it is left alone for a while.

    :param set_at: what is known of a relay that was set anew meanwhile is not of interest.
    """
    relay = _relay(session, mailbox_id, set_at)
    if relay is None:
        return
    if relay.trouble != trouble.fault:
        relay.trouble, relay.trouble_since, relay.tries = trouble.fault, now, 0
    elif relay.next_try_at is not None and relay.next_try_at > now:
        return  # somebody else was faster
    relay.words = trouble.words
    relay.next_try_at = now + timedelta(seconds=_rest(trouble.fault, relay.tries))
    relay.tries += 1


def note_relay_works(session: Session, mailbox_id: int, set_at: datetime) -> None:
    """Write down that the mailbox's relay takes mail."""
    relay = _relay(session, mailbox_id, set_at)
    if relay is not None:
        relay.trouble = relay.words = ""
        relay.trouble_since = relay.next_try_at = None
        relay.tries = 0


def _rest(fault: RelayFault, tries: int) -> int:
    if fault is RelayFault.LIMIT:
        return LIMIT_REST
    if fault in PASSING_FAULTS:
        return RELAY_REST
    return REFUSED_RELAY_RESTS[min(tries, len(REFUSED_RELAY_RESTS) - 1)]


def _relay(session: Session, mailbox_id: int, set_at: datetime) -> MailboxRelay | None:
    return session.scalar(
        select(MailboxRelay)
        .where(MailboxRelay.mailbox_id == mailbox_id, MailboxRelay.changed_at == set_at)
        .with_for_update()
    )


def want_copy(session: Session, mailbox_id: int, mail: ClaimedMail, *, now: datetime) -> None:
    """Have a copy of a mail that was just sent put into the account, where that is wished.

    Not of those to colleagues, nor of those whose content is kept nowhere.
    """
    if mail.template in SECRET or mail.template in TO_STAFF:
        return
    folder = session.scalar(
        select(MailboxRelay.sent_folder).where(MailboxRelay.mailbox_id == mailbox_id)
    )
    if folder:
        already = select(SentCopy.id).where(SentCopy.outbound_mail_id == mail.id)
        if session.scalar(already) is None:
            insert_row(
                session,
                SentCopy,
                outbound_mail_id=mail.id,
                mailbox_id=mailbox_id,
                next_try_at=now,
                created_at=now,
            )


def take_copy(session: Session, copy_id: int, *, now: datetime) -> int:
    """Take up a copy that is due; returns the how manieth try that is, 0 where another has it."""
    taken = session.execute(
        update(SentCopy)
        .where(SentCopy.id == copy_id, SentCopy.next_try_at <= now)
        .values(next_try_at=now + COPY_LEASE, tries=SentCopy.tries + 1)
        .returning(SentCopy.tries)
        .execution_options(synchronize_session=False)
    )
    return int(taken.scalar() or 0)


def copy_is_there(session: Session, copy_id: int) -> None:
    """Write down that a copy is in the folder: nothing is left to be done."""
    session.execute(delete(SentCopy).where(SentCopy.id == copy_id))


def put_copies_off(session: Session, mailbox_id: int, words: str, *, now: datetime) -> int:
    """Have a mailbox's copies wait; returns how many were given up: they are too old by now."""
    of_it = SentCopy.mailbox_id == mailbox_id
    tries = session.scalar(select(SentCopy.tries).where(of_it).order_by(SentCopy.tries.desc()))
    old = SentCopy.created_at < now - COPY_GIVEN_UP_AFTER
    given_up = session.execute(delete(SentCopy).where(of_it, old))
    rest = COPY_RESTS[min(max((tries or 1) - 1, 0), len(COPY_RESTS) - 1)]
    session.execute(
        update(SentCopy)
        .where(of_it)
        .values(next_try_at=now + timedelta(seconds=rest), words=words)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(given_up, "rowcount", 0))
