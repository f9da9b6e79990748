"""Read mails once more from their raw bytes, and say (or keep) what the reader sees otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.actions.replay_mail import Difference, replay_mail
from helpdesk.actor import Actor
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.errors import HelpdeskError, NotFound
from helpdesk.models import InboundMail
from mailgate.filing.attachment_cards import attachment_cards
from mailgate.filing.incoming_mail import incoming_of
from mailgate.filing.long_text import whole_mail
from mailgate.filing.released import arrival_of
from mailgate.filing.stored_files import stored_files
from mailgate.parse.isolated import Reader


@dataclass(frozen=True)
class Replayed:
    """What became of one mail: its differences, or why it could not be read."""

    mail_id: int
    subject: str
    state: str
    differences: tuple[Difference, ...] = ()
    problem: str = ""


def replay(
    database: Database,
    blobs: Blobs,
    actor: Actor,
    mail_ids: Iterable[int],
    *,
    keep: bool,
    now: datetime,
) -> Iterator[Replayed]:
    """Read these mails again, one after another; each is a transaction of its own.

    :param keep: keep what is read today; else nothing is written anywhere.
    """
    with Reader() as reader:
        for mail_id in mail_ids:
            yield _one(database, blobs, actor, reader, mail_id, keep=keep, now=now)


def _one(
    database: Database,
    blobs: Blobs,
    actor: Actor,
    reader: Reader,
    mail_id: int,
    *,
    keep: bool,
    now: datetime,
) -> Replayed:
    with database.reading() as session:
        row = session.get(InboundMail, mail_id)
    if row is None:
        return Replayed(mail_id, "", "", problem="there is no such mail")
    if not row.raw_sha256:
        return Replayed(mail_id, row.subject, row.state, problem=row.reason)
    try:
        raw = blobs.get(row.raw_sha256)
        result = reader.read(raw, null_sender=not row.envelope_from)
        files = (
            (whole_mail(arrival_of(row)),)
            if result.failure
            else stored_files(blobs, result.mail, attachment_cards(reader, result.mail), keep=keep)
        )
        with database.transaction() if keep else database.reading() as session:
            arrival = replace(arrival_of(row), released_by="")
            mail = incoming_of(session, arrival, result.mail, files, None)
            found = replay_mail(session, actor, row.id, mail, result.failure, keep=keep, now=now)
    except NotFound as problem:
        return Replayed(mail_id, row.subject, row.state, problem=str(problem))
    except HelpdeskError as problem:
        return Replayed(mail_id, row.subject, row.state, problem=str(problem))
    return Replayed(mail_id, row.subject, row.state, found, result.failure or "")
