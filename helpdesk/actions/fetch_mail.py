"""What whoever fetches mail writes down: who holds an account, which mails were seen there.

The order that makes it safe, for each mail: a row says that it is *begun*, with the name that it
has in the spool; the spool accepts it; it is marked or moved on the server; the row says that it is
*spooled*. Whatever stops this in between, the spool's journal knows whether the name was accepted.
Where it was not, the mail is fetched anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.imap.trouble import PASSING, ImapTrouble, TroubleKind
from helpdesk.models import FetchedMail, FetchedState, InboundMail, MailboxFetch, MailboxGrant
from helpdesk.rows import insert_row

LEASE = timedelta(seconds=180)
"""How long an account stays with who fetches it, after their last word."""
RESTS = (60, 120, 300, 900, 1800, 3600)
"""Seconds before the next try, after so many that failed."""
REFUSED_RESTS = (300, 900, 3600)
"""The same where people have to mend it: servers lock accounts after too many wrong passwords."""


class NotOurs(Exception):
    """Somebody else fetches this account now, or it was set anew."""


@dataclass(frozen=True)
class Holder:
    """One that fetches, and the account as it was set when they began."""

    fetch_id: int
    name: str
    set_at: datetime


@dataclass(frozen=True)
class SeenMail:
    """A mail on the server, as its row begins."""

    uid: int
    size: int
    content_key: str
    spool_name: str = ""
    left_because: str = ""
    """Why it is not fetched; empty where it is."""


def take_account(session: Session, holder: Holder, *, now: datetime) -> bool:
    """Hold an account from now on, or longer; returns whether nobody else does.

    :param now: by the database's clock.
    """
    mine = update(MailboxFetch).where(
        *_is_set_so(holder),
        or_(
            MailboxFetch.holder == holder.name,
            MailboxFetch.held_until.is_(None),
            MailboxFetch.held_until < now,
        ),
    )
    taken = session.execute(mine.values(holder=holder.name, held_until=now + LEASE))
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def grant_trouble(session: Session, holder: Holder) -> ImapTrouble | None:
    """Return what is wrong with the sign-in that opens an account; None where it holds."""
    chosen = (
        select(MailboxGrant)
        .join(MailboxFetch, MailboxFetch.mailbox_id == MailboxGrant.mailbox_id)
        .where(MailboxFetch.id == holder.fetch_id)
    )
    grant = session.scalars(chosen).one_or_none()
    if grant is not None and not grant.trouble:
        return None
    return ImapTrouble(TroubleKind.CONSENT, grant.words if grant is not None else "")


def leave_account(session: Session, holder: Holder, *, now: datetime) -> None:
    """Hold it no more: whoever fetches it next need not wait."""
    is_mine = (MailboxFetch.id == holder.fetch_id, MailboxFetch.holder == holder.name)
    session.execute(update(MailboxFetch).where(*is_mine).values(holder="", held_until=now))


def open_numbers(session: Session, holder: Holder, uid_validity: int) -> MailboxFetch:
    """Return the account, its numbers those of this ``UIDVALIDITY``.

    Where the server numbers its mails anew, all are looked at again, and known by their bytes.

    :raises NotOurs:
    """
    fetch = _held(session, holder)
    if fetch.uid_validity != uid_validity:
        fetch.uid_validity, fetch.seen_uid, fetch.caught_up = uid_validity, 0, False
    return fetch


def begin_mails(
    session: Session,
    holder: Holder,
    mails: Sequence[SeenMail],
    *,
    spool_id: str,
    up_to: int,
    now: datetime,
) -> list[SeenMail]:
    """Write down that these are about to be accepted, or left; returns them, less known ones.

    One whose bytes are known from before the server numbered its mails anew gets its new number,
    and is not accepted again; each row stands for one mail.

    :param up_to: the number up to which all mails are settled with these.
    :raises NotOurs: and nothing is written.
    """
    fetch = _held(session, holder)
    assert fetch.uid_validity is not None
    fetch.seen_uid = max(fetch.seen_uid, up_to)
    former = _former_rows(session, fetch, [mail.content_key for mail in mails])
    new = []
    for mail in mails:
        rows = former.get(mail.content_key)
        if rows:
            row = rows.pop(0)
            row.uid_validity, row.uid = fetch.uid_validity, mail.uid
            continue
        new.append(mail)
        _add(session, fetch, mail, spool_id, now)
    return new


def _add(
    session: Session, fetch: MailboxFetch, mail: SeenMail, spool_id: str, now: datetime
) -> None:
    """Add the row of a mail that was not seen before."""
    left = bool(mail.left_because) and not mail.spool_name
    insert_row(
        session,
        FetchedMail,
        fetch_id=fetch.id,
        uid_validity=fetch.uid_validity,
        uid=mail.uid,
        state=FetchedState.LEFT if left else FetchedState.BEGUN,
        reason=mail.left_because,
        content_key=mail.content_key,
        spool_name=mail.spool_name,
        spool_id=spool_id,
        marked=left,
        size=mail.size,
        at=now,
    )


def settle_mails(
    session: Session, fetch_id: int, spool_names: Collection[str], *, marked: bool
) -> None:
    """Write down that these were accepted, and whether their copies on the server are marked.

    One that was accepted with its header alone is left there all the same.
    """
    of_these = (FetchedMail.fetch_id == fetch_id, FetchedMail.spool_name.in_(spool_names))
    session.execute(
        update(FetchedMail)
        .where(*of_these, FetchedMail.reason == "")
        .values(state=FetchedState.SPOOLED, marked=marked)
    )
    session.execute(
        update(FetchedMail)
        .where(*of_these, FetchedMail.reason != "")
        .values(state=FetchedState.LEFT, marked=True)
    )


def forget_begun(session: Session, fetch_id: int, row_ids: Collection[int]) -> None:
    """Take back that these were begun: they were not accepted, and are to be fetched anew."""
    session.execute(
        delete(FetchedMail).where(
            FetchedMail.fetch_id == fetch_id,
            FetchedMail.id.in_(row_ids),
            FetchedMail.state == FetchedState.BEGUN,
        )
    )


def note_marked(session: Session, row_ids: Collection[int]) -> None:
    """Write down that the server's copies are marked or moved."""
    session.execute(update(FetchedMail).where(FetchedMail.id.in_(row_ids)).values(marked=True))


def note_checked(session: Session, holder: Holder, *, up_to: int, now: datetime) -> None:
    """Write down that all that was there is here.

    :param up_to: the highest of the server's numbers that was looked at.
    :raises NotOurs:
    """
    fetch = _held(session, holder)
    fetch.seen_uid = max(fetch.seen_uid, up_to)
    fetch.checked_at, fetch.caught_up = now, True
    fetch.trouble = fetch.words = ""
    fetch.trouble_since = fetch.next_try_at = None
    fetch.tries = 0


def note_trouble(
    session: Session, holder: Holder, trouble: ImapTrouble, *, now: datetime
) -> datetime:
    """Write down why nothing can be fetched; returns when to try again.

    :raises NotOurs:
    """
    fetch = _held(session, holder)
    if fetch.trouble != trouble.kind:
        fetch.trouble, fetch.trouble_since, fetch.tries = trouble.kind, now, 0
    fetch.words = trouble.words
    rests = RESTS if trouble.kind in PASSING else REFUSED_RESTS
    fetch.next_try_at = now + timedelta(seconds=rests[min(fetch.tries, len(rests) - 1)])
    fetch.tries += 1
    return fetch.next_try_at


def _held(session: Session, holder: Holder) -> MailboxFetch:
    found = session.scalars(
        select(MailboxFetch)
        .where(*_is_set_so(holder), MailboxFetch.holder == holder.name)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotOurs
    return found


def _is_set_so(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    return (
        MailboxFetch.id == holder.fetch_id,
        MailboxFetch.active.is_(True),
        MailboxFetch.changed_at == holder.set_at,
    )


def _former_rows(
    session: Session, fetch: MailboxFetch, keys: Iterable[str]
) -> dict[str, list[FetchedMail]]:
    """The rows of before the server numbered anew, of mails with these bytes."""
    is_former = (
        FetchedMail.fetch_id == fetch.id,
        FetchedMail.uid_validity != fetch.uid_validity,
        FetchedMail.state != FetchedState.BEGUN,
    )
    wanted = select(FetchedMail).where(*is_former, FetchedMail.content_key.in_(set(keys) - {""}))
    found: defaultdict[str, list[FetchedMail]] = defaultdict(list)
    for row in session.scalars(wanted.order_by(FetchedMail.id)):
        found[row.content_key].append(row)
    return found


def filed_names(session: Session, names: Collection[str]) -> set[str]:
    """Return those of these spool names that have a row of the ledger."""
    chosen = select(InboundMail.spool_name).where(InboundMail.spool_name.in_(names))
    return set(session.scalars(chosen))
