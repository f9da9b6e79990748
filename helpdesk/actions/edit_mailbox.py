"""Change how a mailbox looks and behaves. Admins only; each change is logged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.take_asked_address import MOST_FORMS
from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.languages import LANGUAGES
from helpdesk.mail_out.notification_kinds import KINDS
from helpdesk.models import AuditKind, Mailbox
from helpdesk.text import bounded_int, clean_line, clean_text, fold_address, split_tag
from helpdesk.tickets import audit
from helpdesk.tickets.address_owners import check_feeders
from helpdesk.tickets.mailboxes import forget_mailboxes
from helpdesk.tickets.seen_form import check_seen

MOST_REOPENING_DAYS = 365
_COLOUR = re.compile("#[0-9a-f]{6}")
_LONGEST_SIGNATURE = 2_000
MOST_FEEDS = 50


@dataclass(frozen=True)
class MailboxSettings:
    """What can be set, as it was typed."""

    name: str
    signature: str
    colour: str
    """``#rrggbb``."""
    language: str
    reopening_days: str
    fed_through: str
    """Hidden addresses, and lists, that bring its mail; one a line."""
    forms: str = ""
    """Forms and shops whose mail speaks for others, one a line."""
    forwarded: bool = False
    """Whether its mail is forwarded, so that what fails its check is filed all the same."""
    public: bool = True
    """Whether customers' pages name it."""
    has_form: bool = True
    """Whether customers may write to it by the form and the API."""
    asks_reason: bool = False
    """Whether staff have to say why they change a field of its tickets."""
    quotes: bool = False
    """Whether the messages before it are quoted under an answer."""
    mailed: tuple[str, ...] = KINDS
    """What people are mailed about here: names of ``helpdesk.mail_out.notifications.KINDS``."""


_FIELDS = (
    *(one for one in MailboxSettings.__dataclass_fields__ if one != "mailed"),
    "muted",
    "survey_minutes",
)


def mailbox_words(mailbox: Mailbox) -> dict[str, str]:
    """All that the form of a mailbox shows, in words."""
    logged_as = {"survey_minutes": "survey"}
    return {logged_as.get(name, name): _shown(getattr(mailbox, name)) for name in _FIELDS}


def edit_mailbox(
    session: Session,
    actor: Actor,
    mailbox_id: int,
    wanted: MailboxSettings,
    *,
    seen: str | None = None,
    now: datetime,
) -> Mailbox:
    """Set all of them.

    :param seen: what they were as the form showed them; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed: the actor is no admin.
    :raises NotFound: there is no such mailbox.
    :raises InvalidInput: naming the field.
    :raises ChangedMeanwhile:
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change mailboxes.")
    mailbox = session.get(Mailbox, mailbox_id, with_for_update=True)
    if mailbox is None or mailbox.removed_at is not None:
        raise NotFound("There is no such mailbox.")
    check_seen(session, seen, mailbox_words(mailbox), AuditKind.MAILBOX, mailbox.address)
    checked = _checked(wanted)
    check_feeders(session, mailbox, folded_feeders(wanted.fed_through.splitlines()))
    for field, new in checked.items():
        log_change(session, actor, mailbox, field, new, now)
    forget_mailboxes(session)
    return mailbox


def set_forwarded(
    session: Session, actor: Actor, address: str, forwarded: bool, *, now: datetime
) -> None:
    """Say whether servers forward the mailbox's mail: see ``mail_in.forwarded_mailboxes``.

    :raises NotAllowed, NotFound:
    """
    _switch(session, actor, address, "forwarded", forwarded, now)


def set_public(
    session: Session, actor: Actor, address: str, public: bool, *, now: datetime
) -> None:
    """Have customers' pages name the mailbox, or not.

    :raises NotAllowed, NotFound:
    """
    _switch(session, actor, address, "public", public, now)


def set_form(
    session: Session, actor: Actor, address: str, has_form: bool, *, now: datetime
) -> None:
    """Let customers write to the mailbox by the form and the API, or not.

    :raises NotAllowed, NotFound:
    """
    _switch(session, actor, address, "has_form", has_form, now)


def set_name(session: Session, actor: Actor, address: str, name: str, *, now: datetime) -> None:
    """Give the mailbox another name, which customers see.

    :raises NotAllowed, NotFound, InvalidInput:
    """
    mailbox, name = mailbox_to_change(session, actor, address), _checked_name(name)
    log_change(session, actor, mailbox, "name", name, now)


def _switch(
    session: Session, actor: Actor, address: str, field: str, on: bool, now: datetime
) -> None:
    mailbox = mailbox_to_change(session, actor, address)
    log_change(session, actor, mailbox, field, on, now)


def log_change(
    session: Session, actor: Actor, mailbox: Mailbox, field: str, new: object, now: datetime
) -> None:
    """Set a field of a mailbox, and write it into the log where that changes it."""
    old = getattr(mailbox, field)
    if new == old:
        return
    shown = ("", "") if field == "signature" else (_shown(old), _shown(new))
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, field, old=shown[0], new=shown[1],
        now=now,
    )  # fmt: skip
    setattr(mailbox, field, new)


def mailbox_to_change(session: Session, actor: Actor, address: str) -> Mailbox:
    """Return the mailbox of this address to an admin who is about to change it.

    :raises NotAllowed, NotFound:
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change mailboxes.")
    found = session.scalar(
        select(Mailbox).where(
            Mailbox.address == fold_address(address), Mailbox.removed_at.is_(None)
        )
    )
    if found is None:
        raise NotFound(f"There is no mailbox {address}.")
    forget_mailboxes(session)
    return found


def _checked(wanted: MailboxSettings) -> dict[str, str | int | bool | list[str]]:
    name, colour = _checked_name(wanted.name), wanted.colour.strip().lower()
    signature = clean_text(wanted.signature)
    if len(signature) > _LONGEST_SIGNATURE:
        raise InvalidInput(
            "signature", f"A signature may have {_LONGEST_SIGNATURE:,} characters at most."
        )
    if not _COLOUR.fullmatch(colour):
        raise InvalidInput("colour", "A colour is written as #2f5d8a.")
    if wanted.language not in LANGUAGES:
        raise InvalidInput("language", "Postdesk does not speak this language.")
    days = bounded_int(wanted.reopening_days.strip(), most=MOST_REOPENING_DAYS)
    if days is None:
        raise InvalidInput(
            "reopening_days", f"Say it as a number of days, 0 to {MOST_REOPENING_DAYS}."
        )
    return {
        "name": name,
        "signature": signature,
        "colour": colour,
        "language": wanted.language,
        "reopening_days": days,
        "fed_through": folded_feeders(wanted.fed_through.splitlines())[:MOST_FEEDS],
        "forms": _checked_forms(wanted.forms),
        "forwarded": wanted.forwarded,
        "public": wanted.public,
        "has_form": wanted.has_form,
        "asks_reason": wanted.asks_reason,
        "quotes": wanted.quotes,
        "muted": [kind for kind in KINDS if kind not in wanted.mailed],
    }


def _checked_name(text: str) -> str:
    name = clean_line(text, 200)
    if not 1 <= len(name) <= 120:
        raise InvalidInput("name", "A mailbox needs a name of 1 to 120 characters.")
    return name


def _lines(text: str) -> list[str]:
    lines = (fold_address(clean_line(line, 254)) for line in text.splitlines())
    return list(dict.fromkeys(filter(None, lines)))


def folded_feeders(named: Iterable[str]) -> list[str]:
    """Hidden addresses and lists as they are kept: each once, and without what stands around them.
    They are taken with any plus-tag."""
    bare = (split_tag(clean_line(one, 254).strip("<>"))[0] for one in named)
    return list(dict.fromkeys(filter(None, bare)))


def _checked_forms(text: str) -> list[str]:
    forms = _lines(text)[:MOST_FORMS]
    for one in forms:
        if not is_address("someone" + one if one.startswith("@") else one):
            raise InvalidInput(
                "forms", f"“{one}” is no address, such as form@mail.example, or @mail.example."
            )
    return forms


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
