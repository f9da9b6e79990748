"""Change how a mailbox's mails look, what language they are in, and what is mailed at all."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy.orm import Session

from helpdesk import timeline, validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.languages import LANGUAGES
from helpdesk.mailboxes import forget_mailboxes
from helpdesk.models import Mailbox
from helpdesk.notices import KINDS
from helpdesk.text import clean_line, clean_text

LONGEST_SIGNATURE = 1_000
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def change_mailbox(
    session: Session,
    actor: Actor,
    mailbox_id: int,
    *,
    name: str,
    signature: str,
    colour: str,
    language: str,
    quotes: bool,
    wanted: Collection[str],
) -> Mailbox:
    """Change a mailbox. Mails that were not written yet are written as it is then.

    :param colour: ``#rrggbb``.
    :param language: for readers whose own language we do not know or speak.
    :param quotes: whether the messages before it are quoted under an answer.
    :param wanted: the kinds of :mod:`helpdesk.notices` that are mailed; the others are not.
    :raises NotAllowed: the actor is no admin.
    :raises NotFound: there is no such mailbox.
    :raises InvalidInput:
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change mailboxes.")
    mailbox = session.get(Mailbox, timeline.known_id(mailbox_id))
    if mailbox is None:
        raise NotFound("There is no such mailbox.")
    name, signature = clean_line(name, 120), clean_text(signature)
    if not name:
        raise InvalidInput("name", "Give the name that customers see as the sender.")
    if len(signature) > LONGEST_SIGNATURE:
        raise InvalidInput("signature", f"Keep it under {LONGEST_SIGNATURE} characters.")
    if not _COLOUR.fullmatch(colour):
        raise InvalidInput("colour", "Choose a colour, such as #2f5d8a.")
    validation.one_of(language, LANGUAGES, "language")
    mailbox.name, mailbox.signature, mailbox.colour = name, signature, colour.lower()
    mailbox.language, mailbox.quotes = language, quotes
    mailbox.muted = [kind for kind in KINDS if kind not in wanted]
    forget_mailboxes(session)
    return mailbox
