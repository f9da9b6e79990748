"""Whether a mail only thanks: then it opens no finished ticket again."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.folding import folded
from helpdesk.mail_in.incoming import Incoming
from helpdesk.models import IS_STAFF, Person, Ticket
from helpdesk.subject_prefixes import subject_parts
from helpdesk.tickets.content import counts_as_file
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.vocabulary import Status

_WORD = re.compile(r"\w+")


def only_thanks(session: Session, mail: Incoming, writer: Person, ticket: Ticket) -> bool:
    """Whether a finished ticket stays so, although its customer wrote: the mail thanks, and what
    it says besides are names of those who write there. A file says more than thanks, and so does a
    subject of its own.
    """
    if mail.left_of_thanks is None or ticket.status not in (Status.RESOLVED, Status.CLOSED):
        return False
    if mail.forwarded or any(
        counts_as_file(one.content_type, one.disposition, one.content_id) for one in mail.files
    ):
        return False
    if _is_about_something_else(mail, ticket) or not desk_settings(session).thanks_keep_finished:
        return False
    left = set(mail.left_of_thanks)
    return not left or left <= _names(session, mail, writer, ticket)


def _is_about_something_else(mail: Incoming, ticket: Ticket) -> bool:
    """Whether its subject is a new one: it answers nothing, and does not name the ticket."""
    found = subject_parts(mail.subject)
    rest = folded(found.rest)
    known = (folded(ticket.number), folded(ticket.subject))
    return bool(rest) and not found.answers and not any(one in rest for one in known if one)


def _names(session: Session, mail: Incoming, writer: Person, ticket: Ticket) -> set[str]:
    """The words, and their initials, of the names of the writer, of staff and of the mailbox."""
    named = [mail.sender, mail.from_field]
    texts = [writer.name, *(f"{one.name} {one.address.partition('@')[0]}" for one in named if one)]
    texts += session.scalars(select(Person.name).where(IS_STAFF))
    if ticket.mailbox is not None:
        texts.append(ticket.mailbox.name)
    words = {word for text in texts for word in _WORD.findall(folded(text.replace("_", " ")))}
    return words | {word[0] for word in words}
