"""Whether a customer only thanks: then what they write opens no finished ticket again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.courtesy.thanks import left_of_thanks
from helpdesk.folding import folded
from helpdesk.mail_in.incoming import Incoming
from helpdesk.models import IS_STAFF, Person, Ticket
from helpdesk.subject_prefixes import subject_parts
from helpdesk.tickets.content import StoredFile, counts_as_file
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.vocabulary import Status

_WORD = re.compile(r"\w+")
_FINISHED = (Status.RESOLVED, Status.CLOSED)


def only_thanks(session: Session, mail: Incoming, writer: Person, ticket: Ticket) -> bool:
    """Whether a finished ticket stays so, although its customer wrote: the mail thanks, and what
    it says besides are names of those who write there. A file says more than thanks, and so does a
    subject of its own.
    """
    if mail.forwarded or _is_about_something_else(mail, ticket):
        return False
    named = [one for one in (mail.sender, mail.from_field) if one]
    texts = [writer.name, *(f"{one.name} {one.address.partition('@')[0]}" for one in named)]
    return _thanks_alone(session, ticket, mail.left_of_thanks, mail.files, texts)


def only_typed_thanks(
    session: Session, text: str, files: Iterable[StoredFile], writer: Person, ticket: Ticket
) -> bool:
    """The same of what a customer typed on the ticket's page, or sent by the API."""
    left = left_of_thanks(text) if ticket.status in _FINISHED else None
    named = (writer.name, writer.address.partition("@")[0], ticket.claimed_name)
    return _thanks_alone(session, ticket, left, files, named)


def _thanks_alone(
    session: Session,
    ticket: Ticket,
    left: Sequence[str] | None,
    files: Iterable[StoredFile],
    names: Iterable[str],
) -> bool:
    if left is None or ticket.status not in _FINISHED:
        return False
    if any(counts_as_file(one.content_type, one.disposition, one.content_id) for one in files):
        return False
    if not desk_settings(session).thanks_keep_finished:
        return False
    return not left or set(left) <= _words_of_names(session, names, ticket)


def _is_about_something_else(mail: Incoming, ticket: Ticket) -> bool:
    """Whether its subject is a new one: it answers nothing, and does not name the ticket."""
    found = subject_parts(mail.subject)
    rest = folded(found.rest)
    known = (folded(ticket.number), folded(ticket.subject))
    return bool(rest) and not found.answers and not any(one in rest for one in known if one)


def _words_of_names(session: Session, names: Iterable[str], ticket: Ticket) -> set[str]:
    """The words, and their initials, of these names, and those of staff and of the mailbox."""
    texts = [*names, *session.scalars(select(Person.name).where(IS_STAFF))]
    if ticket.mailbox is not None:
        texts.append(ticket.mailbox.name)
    words = {word for text in texts for word in _WORD.findall(folded(text.replace("_", " ")))}
    return words | {word[0] for word in words}
