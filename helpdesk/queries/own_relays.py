"""Mailboxes that send by an account of their own: how that goes, and which copies wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Mailbox, MailboxRelay, OutboundMail, SentCopy
from helpdesk.queries.fetches import PATIENCE
from helpdesk.submission.trouble import FAULTS, PASSING_FAULTS, RelayFault
from helpdesk.tickets.access import check_staff


@dataclass(frozen=True)
class OwnRelayView:
    """How it goes with one."""

    mailbox_id: int
    address: str
    server: str
    login: str
    by_token: bool
    per_minute: int
    sent_folder: str
    changed_at: datetime
    trouble: str
    """A value of ``RelayFault``, or empty."""
    words: str
    """What the server said."""
    trouble_since: datetime | None
    next_try_at: datetime | None
    copies: int
    """How many copies wait to be put into the folder of sent mail."""
    copies_words: str
    """What keeps them."""

    @property
    def sentence(self) -> str:
        """What is wrong, for people; empty where nothing is."""
        return FAULTS[RelayFault(self.trouble)] if self.trouble else ""


@dataclass(frozen=True)
class DueCopy:
    """A copy that is to be put into an account's folder of sent mail."""

    id: int
    outbound_id: int
    message_id: str
    rendered_sha256: str | None
    sent_at: datetime | None


def own_relay_views(
    session: Session, actor: Actor, mailbox_id: int | None = None
) -> tuple[OwnRelayView, ...]:
    """How it goes with each mailbox that has a relay of its own and that the actor may see.

    :param mailbox_id: of the one that is asked for.
    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, "Only staff may see how mail leaves.", or_system=True)
    chosen = (
        select(MailboxRelay, Mailbox)
        .join(Mailbox, Mailbox.id == MailboxRelay.mailbox_id)
        .where(Mailbox.removed_at.is_(None))
        .order_by(Mailbox.address)
    )
    if mailbox_id is not None:
        chosen = chosen.where(Mailbox.id == mailbox_id)
    rows = [(relay, box) for relay, box in session.execute(chosen) if actor.may(box.id)]
    waiting = _waiting_copies(session) if rows else {}
    return tuple(_view(relay, box, *waiting.get(box.id, (0, ""))) for relay, box in rows)


def is_send_lasting(view: OwnRelayView, now: datetime) -> bool:
    """Whether it is time to tell somebody: a server that is away for a moment comes back."""
    if not view.trouble or view.trouble_since is None:
        return False
    return view.trouble not in PASSING_FAULTS or now - view.trouble_since > PATIENCE


def mailboxes_in_trouble(session: Session) -> set[int]:
    """The mailboxes whose mail cannot leave just now, by their own relays."""
    chosen = select(MailboxRelay.mailbox_id).where(MailboxRelay.trouble != "")
    return set(session.scalars(chosen))


def due_copies_of(session: Session, now: datetime) -> list[int]:
    """The mailboxes that have copies to be put into their accounts now."""
    chosen = select(SentCopy.mailbox_id).where(SentCopy.next_try_at <= now).distinct()
    return list(session.scalars(chosen))


def due_copies(session: Session, mailbox_id: int, now: datetime, limit: int = 50) -> list[DueCopy]:
    """The copies of a mailbox that are to be put into its account now, those that failed last."""
    rows = session.execute(
        select(
            SentCopy.id,
            OutboundMail.id.label("outbound_id"),
            OutboundMail.message_id,
            OutboundMail.rendered_sha256,
            OutboundMail.sent_at,
        )
        .join(OutboundMail, OutboundMail.id == SentCopy.outbound_mail_id)
        .where(SentCopy.mailbox_id == mailbox_id, SentCopy.next_try_at <= now)
        .order_by(SentCopy.tries, SentCopy.id)
        .limit(limit)
    )
    return [DueCopy(**row) for row in rows.mappings()]


def _waiting_copies(session: Session) -> dict[int, tuple[int, str]]:
    rows = session.execute(
        select(SentCopy.mailbox_id, func.count(), func.max(SentCopy.words)).group_by(
            SentCopy.mailbox_id
        )
    )
    return {mailbox_id: (count, words) for mailbox_id, count, words in rows}


def _view(relay: MailboxRelay, box: Mailbox, copies: int, copies_words: str) -> OwnRelayView:
    return OwnRelayView(
        mailbox_id=box.id,
        address=box.address,
        server=f"{relay.host}:{relay.port}",
        login=relay.login,
        by_token=relay.by_token,
        per_minute=relay.per_minute,
        sent_folder=relay.sent_folder,
        changed_at=relay.changed_at,
        trouble=relay.trouble,
        words=relay.words,
        trouble_since=relay.trouble_since,
        next_try_at=relay.next_try_at,
        copies=copies,
        copies_words=copies_words,
    )
