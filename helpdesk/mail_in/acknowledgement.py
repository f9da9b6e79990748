"""May an acknowledgement leave for a new ticket? One rule, and the reason where it may not.

The ticket stands either way. The first reason that holds is given, in the order of RFC 3834 2 and
of the mails that machines really send.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.addr_spec import can_be_answered
from helpdesk.mail_in.acknowledgement_limits import within_limits
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.service_addresses import is_no_reply
from helpdesk.models import NotificationKind, Refusal, Ticket
from helpdesk.text import split_tag
from helpdesk.tickets.folders import is_mailed, is_told
from helpdesk.tickets.mailboxes import feeders, own_addresses
from helpdesk.tickets.preferences import is_notified_of
from helpdesk.vocabulary import MessageKind, Verdict

_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "feedback-id")
_LIST_NAME = re.compile(r"<\s*([^<>\s]+)\s*>")
_ROBOT_FIELDS = ("x-autoreply", "x-autorespond", "x-loop")
_COMMENT = re.compile(r"\([^()]*\)")
_SUPPRESS = re.compile(r"\b(?:all|autoreply|oof)\b", re.IGNORECASE)


def why_not_acknowledged(
    session: Session,
    ticket: Ticket,
    mail: Incoming | None,
    *,
    verified: bool,
    forwarded: bool = False,
    now: datetime,
) -> Refusal | None:
    """Return why the requester of a new ticket gets no acknowledgement; None where they get one.

    :param mail: the mail that began the ticket, if a mail did.
    :param verified: the requester's address is proven.
    :param forwarded: staff forwarded the mail.
    """
    if forwarded:
        return Refusal.FORWARDED
    if mail is not None:
        refusal = why_mail_forbids(mail, own_addresses(session), feeders(session))
        if refusal is not None:
            return refusal
    person = ticket.requester
    # What mail of a blocked sender begins is in spam already; what staff begin for them is not.
    told = is_mailed(ticket, person) if mail else is_told(session, ticket, person)
    if not told:
        return Refusal.SPAM
    if not is_notified_of(NotificationKind.CREATED, person, ticket.mailbox):
        return Refusal.SWITCHED_OFF
    if not can_be_answered(person.address):
        return Refusal.NO_ADDRESS
    if not within_limits(session, person.address, verified=verified, now=now):
        return Refusal.RATE_LIMIT
    return None


def why_mail_forbids(
    mail: Incoming, our_addresses: Collection[str], feeders: Collection[str] = ()
) -> Refusal | None:
    """Return why the mail by itself gets no automatic answer; None where nothing in it forbids it.

    :param our_addresses: the mailboxes' addresses in lower case.
    :param feeders: hidden addresses and lists that bring a mailbox's mail (addresses, or names of
        List-Id): a customer's mail that comes through one is no list's.
    """
    # A form's service marks its mail as bulk and takes no answers; who filled the form in does.
    fed = mail.by_form or _comes_through(mail, feeders)
    if mail.arrival.imported:
        return Refusal.IMPORTED
    if not mail.arrival.envelope_from:
        return Refusal.NULL_SENDER
    if mail.from_field is None:
        return Refusal.NO_SENDER
    if mail.kind not in (MessageKind.MESSAGE, MessageKind.LIST):
        return Refusal.MACHINE
    refusal = why_fields_forbid(mail.headers, fed=fed)
    if refusal is not None:
        return refusal
    if mail.kind == MessageKind.LIST and not fed:
        return Refusal.LIST
    answered = mail.reply_to if mail.by_form else (mail.from_field, *mail.reply_to)
    if any(is_no_reply(one.address) for one in answered):
        return Refusal.NO_REPLY
    if not fed and _named(mail).isdisjoint(our_addresses):
        return Refusal.NOT_ADDRESSED
    if mail.verdict == Verdict.FAIL or mail.failed_when_held:
        return Refusal.AUTHENTICATION_FAILED
    return None


def why_fields_forbid(headers: Iterable[tuple[str, str]], *, fed: bool = False) -> Refusal | None:
    """Return why one of these fields wants no automatic answer; None where none says so.

    :param headers: names in lower case, and decoded values.
    :param fed: the mail came through a list that feeds a mailbox, so the list's marks are ignored.
    """
    found = {
        _why_field_forbids(name, value)
        for name, value in headers
        if not (fed and _is_of_list(name, value))
    }
    return next((refusal for refusal in Refusal if refusal in found), None)


def _why_field_forbids(name: str, value: str) -> Refusal | None:
    first = _COMMENT.sub("", value).partition(";")[0].strip().lower()
    if name == "return-path" and first == "<>":
        return Refusal.NULL_SENDER
    if name == "auto-submitted" and first not in ("", "no"):
        return Refusal.AUTO_SUBMITTED
    if name == "x-auto-response-suppress" and _SUPPRESS.search(value):
        return Refusal.SUPPRESSED
    if name.startswith(_ROBOT_FIELDS):
        return Refusal.SUPPRESSED
    if name == "precedence" and first in ("bulk", "junk", "list", "auto_reply"):
        return Refusal.LIST
    return Refusal.LIST if name in _LIST_FIELDS else None


def _is_of_list(name: str, value: str) -> bool:
    """Whether a list, and not the sender, puts this field in."""
    return name in _LIST_FIELDS or (name == "precedence" and value.strip().lower() != "auto_reply")


def _comes_through(mail: Incoming, feeders: Collection[str]) -> bool:
    """Whether it is addressed to one of these addresses, came to one, or carries the name of one of
    these lists (RFC 2919 2: the name stands in angle brackets).
    """
    if not feeders:
        return False
    lists = [_LIST_NAME.search(value) for name, value in mail.headers if name == "list-id"]
    names = {found[1].lower() for found in lists if found}
    came_to = {split_tag(address)[0] for address in mail.arrival.envelope_to}
    return not (names | came_to | _named(mail)).isdisjoint(feeders)


def _named(mail: Incoming) -> set[str]:
    return {split_tag(one.address)[0] for one in (*mail.to, *mail.cc)}
