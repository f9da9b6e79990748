"""Send on to the customer what was answered in a side conversation: by hand, and only a draft.

Its words stand quoted in the writer's reply, without a name or an address; they decide what of it
the customer reads.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Comment, DraftKind
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, known_id, open_ticket_for_change
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.drafts import DraftContent, find_draft, put_draft
from helpdesk.tickets.secrets import without_secrets
from helpdesk.vocabulary import MessageKind


def send_on(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    comment_id: int,
    file_ids: Collection[int],
    *,
    now: datetime,
) -> DraftContent:
    """Put a message of a side conversation into the actor's reply, below what they write there.

    :param file_ids: those of its files that go along.
    :returns: the reply as it stands now; nothing is sent.
    :raises NotFound: there is no such message in a side conversation of this ticket.
    :raises NotAllowed, TicketMerged:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    if actor.person_id is None:
        raise NotAllowed("Only a person may write a reply.")
    comment = session.get(Comment, known_id(comment_id))
    if (
        comment is None
        or comment.ticket_id != ticket.id
        or comment.side_conversation_id is None
        or comment.kind == MessageKind.TAKEN_BACK
    ):
        raise NotFound("There is no such message.")
    said = without_secrets(comment.reply_text.strip() or comment.text.strip())
    quoted = "\n".join(f"> {line}".rstrip() for line in said.splitlines())
    files = tuple(
        StoredFile(file.filename, file.content_type, file.size, file.sha256)
        for file in comment.attachments
        if file.id in file_ids
    )
    written = find_draft(session, actor.person_id, DraftKind.REPLY, ticket.id)
    quote = DraftContent(quoted, files=files)
    both = quote.below(written) if written else quote
    put_draft(session, actor.person_id, DraftKind.REPLY, ticket.id, both, now)
    return both
