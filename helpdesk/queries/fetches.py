"""Mailboxes that are fetched from a mail server: how that goes, and what was seen there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.imap.trouble import PASSING, SENTENCES, TroubleKind
from helpdesk.models import FetchedMail, FetchedState, Mailbox, MailboxFetch, MailboxGrant
from helpdesk.tickets.access import check_staff

PATIENCE = timedelta(minutes=10)
"""For so long a server may be away, or nobody fetch, before it is an alarm."""


@dataclass(frozen=True)
class FetchedCount:
    """What was seen on the server: ``seen`` = ``spooled`` + ``left`` + ``begun``."""

    seen: int = 0
    spooled: int = 0
    left: int = 0
    begun: int = 0
    """Of which it is not known yet whether they were accepted."""


@dataclass(frozen=True)
class FetchView:
    """How it goes with one account."""

    id: int
    mailbox_id: int
    address: str
    server: str
    login: str
    by_token: bool
    """Whether the mailbox's sign-in opens it, and no password."""
    folder: str
    after: str
    move_to: str
    since: datetime
    paused: bool
    """Whether the mailbox is: then nothing is fetched."""
    checked_at: datetime | None
    trouble: str
    """A value of ``TroubleKind``, ``nobody`` where no fetcher runs, ``no_sign_in`` where nobody has
    signed in (any more), or empty."""
    words: str
    """What the server said."""
    trouble_since: datetime | None
    next_try_at: datetime | None
    counts: FetchedCount

    @property
    def sentence(self) -> str:
        """What is wrong, for people; empty where nothing is."""
        return sentence_of(self.trouble)


@dataclass(frozen=True)
class LeftMail:
    """A mail that stays on the server, and why."""

    uid: int
    size: int
    reason: str
    at: datetime


NOBODY = "nobody"
NO_SIGN_IN = "no_sign_in"


def sentence_of(trouble: str) -> str:
    """What a trouble is, in a sentence for people; empty where it is none."""
    if trouble == NOBODY:
        return "No fetcher runs: start “postdesk up”, or “postdesk mailgate --only fetcher”."
    if trouble == NO_SIGN_IN:
        return "Nobody has signed in for this mailbox: sign in with Google or Microsoft."
    return SENTENCES[TroubleKind(trouble)] if trouble else ""


def any_fetched(session: Session) -> bool:
    """Whether any mailbox is fetched."""
    return session.scalar(_ACTIVE.with_only_columns(MailboxFetch.id).limit(1)) is not None


def fetches_to_run(session: Session) -> list[tuple[MailboxFetch, str]]:
    """The accounts that mail is to be fetched from now, each with its mailbox's address."""
    rows = session.execute(
        _ACTIVE.with_only_columns(MailboxFetch, Mailbox.address).where(Mailbox.paused.is_(False))
    )
    return [(fetch, address) for fetch, address in rows]


def fetch_views(
    session: Session, actor: Actor, now: datetime, mailbox_id: int | None = None
) -> tuple[FetchView, ...]:
    """How it goes with each mailbox that is fetched and that the actor may see.

    :param mailbox_id: of the one that is asked for.
    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, "Only staff may see how mail comes in.", or_system=True)
    chosen = _ACTIVE.with_only_columns(MailboxFetch, Mailbox).order_by(Mailbox.address)
    if mailbox_id is not None:
        chosen = chosen.where(Mailbox.id == mailbox_id)
    rows = [(one, box) for one, box in session.execute(chosen) if actor.may(box.id)]
    counts = _counts(session, [fetch.id for fetch, _ in rows])
    signed_in = set(session.scalars(select(MailboxGrant.mailbox_id)))
    return tuple(_view(fetch, box, counts, signed_in, now) for fetch, box in rows)


def left_mails(session: Session, fetch_id: int, limit: int = 50) -> tuple[LeftMail, ...]:
    """The mails that stay on the server, the newest first."""
    rows = session.scalars(
        select(FetchedMail)
        .where(FetchedMail.fetch_id == fetch_id, FetchedMail.state == FetchedState.LEFT)
        .order_by(FetchedMail.id.desc())
        .limit(limit)
    )
    return tuple(LeftMail(row.uid, row.size, row.reason, row.at) for row in rows)


def known_uids(
    session: Session, fetch_id: int, uid_validity: int, uids: Collection[int]
) -> set[int]:
    """Return those of the server's numbers that have a row."""
    return set(
        session.scalars(
            select(FetchedMail.uid).where(
                FetchedMail.fetch_id == fetch_id,
                FetchedMail.uid_validity == uid_validity,
                FetchedMail.uid.in_(uids),
            )
        )
    )


def unsettled(session: Session, fetch_id: int) -> list[FetchedMail]:
    """The rows that are begun, and those whose copies on the server are to be marked yet."""
    return list(
        session.scalars(
            select(FetchedMail)
            .where(FetchedMail.fetch_id == fetch_id, FetchedMail.marked.is_(False))
            .order_by(FetchedMail.id)
        )
    )


_ACTIVE = (
    select(MailboxFetch)
    .join(Mailbox, Mailbox.id == MailboxFetch.mailbox_id)
    .where(MailboxFetch.active.is_(True), Mailbox.removed_at.is_(None))
)


def _view(
    fetch: MailboxFetch,
    box: Mailbox,
    counts: dict[int, FetchedCount],
    signed_in: set[int],
    now: datetime,
) -> FetchView:
    trouble, since = fetch.trouble, fetch.trouble_since
    alone_since = max(filter(None, (fetch.held_until, fetch.changed_at)))
    if not box.paused and now - alone_since > PATIENCE:
        trouble, since = NOBODY, alone_since
    elif fetch.by_token and box.id not in signed_in:
        trouble, since = NO_SIGN_IN, since or fetch.changed_at
    return FetchView(
        id=fetch.id,
        mailbox_id=box.id,
        address=box.address,
        server=f"{fetch.host}:{fetch.port}",
        login=fetch.login,
        by_token=fetch.by_token,
        folder=fetch.folder,
        after=fetch.after,
        move_to=fetch.move_to,
        since=fetch.since,
        paused=box.paused,
        checked_at=fetch.checked_at,
        trouble=trouble,
        words="" if trouble in (NOBODY, NO_SIGN_IN) else fetch.words,
        trouble_since=since,
        next_try_at=fetch.next_try_at,
        counts=counts.get(fetch.id, FetchedCount()),
    )


def is_lasting(view: FetchView, now: datetime) -> bool:
    """Whether it is time to tell somebody: a server that is away for a moment comes back."""
    if not view.trouble or view.paused or view.trouble_since is None:
        return False
    passing = view.trouble in PASSING
    return not passing or now - view.trouble_since > PATIENCE


def _counts(session: Session, fetch_ids: Collection[int]) -> dict[int, FetchedCount]:
    def of(state: FetchedState) -> ColumnElement[int]:
        return func.sum(case((FetchedMail.state == state, 1), else_=0))

    rows = session.execute(
        select(
            FetchedMail.fetch_id,
            func.count(),
            of(FetchedState.SPOOLED),
            of(FetchedState.LEFT),
            of(FetchedState.BEGUN),
        )
        .where(FetchedMail.fetch_id.in_(fetch_ids))
        .group_by(FetchedMail.fetch_id)
    )
    return {
        one: FetchedCount(seen, spooled, left, begun) for one, seen, spooled, left, begun in rows
    }
