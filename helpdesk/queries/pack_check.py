"""Compare a dispute pack with the ledger: what of it is not as it was.

The pack is read in pieces: a large one takes no more memory than a small one.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import AuditEntry, AuditKind, InboundMail, OutboundMail
from helpdesk.queries.dispute_pack import TO_CUSTOMERS, chained, of_public, ticket_named

SUMS = "SHA256SUMS"
LINES = "ledger.jsonl"
_PIECE = 64 * 1024
_LONGEST_LINE = 1024 * 1024


@dataclass(frozen=True)
class CheckedPack:
    """What a check found."""

    ticket: str
    mails: int
    problems: tuple[str, ...]


class NoPack(ValueError):
    """A file that is no dispute pack; says why."""


def check_pack(session: Session, path: Path) -> CheckedPack:
    """Compare a pack with the ledger.

    :raises NoPack: it is none.
    :raises OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            names = set(pack.namelist())
            if not {SUMS, LINES} <= names:
                raise NoPack(f"it has no {SUMS if SUMS not in names else LINES}")
            sums = dict(_sums(pack))
            problems = list(_changed_files(pack, sums))
            first, *lines = _lines(pack)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise NoPack(f"it is no zip file, or a damaged one: {problem}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        if isinstance(problem, NoPack):
            raise
        raise NoPack(f"its {LINES} cannot be read") from None
    problems += _broken_chain(first, lines)
    problems += _other_files(lines, sums)
    for line in lines:
        problems += _not_in_ledger(session, line)
    if not _was_taken(session, first, lines):
        problems += _missing(session, first, lines) or [
            "No pack with this list was taken here: the log has none with its last hash."
        ]
    return CheckedPack(str(first.get("ticket", "")), len(lines), tuple(dict.fromkeys(problems)))


def _sums(pack: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for line in _read_lines(pack, SUMS):
        digest, _, name = line.partition("  ")
        yield name, digest


def _lines(pack: zipfile.ZipFile) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in _read_lines(pack, LINES)]
    if not lines or not all(isinstance(line, dict) for line in lines):
        raise NoPack(f"its {LINES} cannot be read")
    return lines


def _read_lines(pack: zipfile.ZipFile, name: str) -> Iterator[str]:
    with pack.open(name) as file:
        while line := file.readline(_LONGEST_LINE):
            yield line.decode().rstrip("\n")


def _changed_files(pack: zipfile.ZipFile, sums: dict[str, str]) -> Iterator[str]:
    # Who unpacked it and packed it again may have made entries of its folders.
    names = [one.filename for one in pack.infolist() if not one.is_dir() and one.filename != SUMS]
    for name in names:
        if name not in sums:
            yield f"{name} is not in {SUMS}: it was added."
        elif _digest(pack, name) != sums[name]:
            yield f"{name} was changed."
    for name in sums.keys() - set(names):
        yield f"{name} is missing."
    if len(set(names)) != len(names):
        yield "An entry is there twice."


def _digest(pack: zipfile.ZipFile, name: str) -> str:
    digest = sha256()
    try:
        with pack.open(name) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return ""  # a byte was changed, and no hash has to say so
    return digest.hexdigest()


def _broken_chain(first: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[str]:
    if first.get("chain") != chained("", first):
        yield f"{LINES} was changed in line 1."
    previous = first.get("chain")
    for place, line in enumerate(lines, start=2):
        if line.get("previous") != previous or line.get("chain") != chained(str(previous), line):
            yield f"{LINES} was changed: the chain of hashes breaks in line {place}."
            return
        previous = line["chain"]


def _other_files(lines: list[dict[str, Any]], sums: dict[str, str]) -> Iterator[str]:
    for line in lines:
        name = line.get("file")
        if not name:
            continue
        if name not in sums:
            yield f"{name} is missing."
        elif sums[name] != line.get("sha256"):
            yield f"{name} is not the mail that {LINES} names."


def _not_in_ledger(session: Session, line: dict[str, Any]) -> Iterator[str]:
    name = line.get("file") or line.get("spool_name") or line.get("message_id")
    if line.get("direction") == "in":
        known = session.execute(
            select(InboundMail.raw_sha256, InboundMail.size, InboundMail.received_at).where(
                InboundMail.spool_name == str(line.get("spool_name"))
            )
        ).one_or_none()
        if known is None:
            yield f"{name}: the ledger never saw this mail ({line.get('spool_name')})."
        elif not known.raw_sha256:
            yield f"{name}: the mail is no longer kept, so the ledger has no hash of it."
        elif (known.raw_sha256, known.size) != (line.get("sha256"), line.get("size")):
            yield f"{name} is not the mail that the ledger has as {line.get('spool_name')}."
        elif known.received_at != _moment(line.get("received_at")):
            yield f"{name}: the ledger has another time for when it came."
        return
    sent = session.execute(
        select(OutboundMail.rendered_sha256).where(
            OutboundMail.message_id == str(line.get("message_id")),
            OutboundMail.recipient == str(line.get("recipient")),
        )
    ).one_or_none()
    if sent is None:
        yield f"{name}: the outbox never had this mail ({line.get('message_id')})."
    elif line.get("sha256") and not sent.rendered_sha256:
        yield f"{name}: the mail is no longer kept, so the outbox has no hash of it."
    elif line.get("sha256") and sent.rendered_sha256 != line["sha256"]:
        yield f"{name} is not the mail that the outbox has as {line.get('message_id')}."


def _was_taken(session: Session, first: dict[str, Any], lines: list[dict[str, Any]]) -> bool:
    found = select(AuditEntry.id).where(
        AuditEntry.kind == AuditKind.DISPUTE_PACK,
        AuditEntry.subject == str(first.get("ticket")),
        AuditEntry.new_value == str([first, *lines][-1].get("chain")),
    )
    return session.scalar(found.limit(1)) is not None


def _missing(session: Session, first: dict[str, Any], lines: list[dict[str, Any]]) -> list[str]:
    """The mails of its ticket that a pack of that time would have, and this one has not."""
    ticket_id, made_at = ticket_named(session, str(first.get("ticket"))), first.get("made_at")
    moment = _moment(made_at)
    if ticket_id is None:
        return [f"There is no ticket {first.get('ticket')} here; it may be no longer kept."]
    if moment is None:
        return []
    came = select(InboundMail.spool_name, InboundMail.from_address).where(
        InboundMail.ticket_id == ticket_id, InboundMail.decided_at <= moment, of_public(ticket_id)
    )
    has = {line.get("spool_name") for line in lines}
    problems = [
        f"The mail of {row.from_address} that came as {row.spool_name} is missing."
        for row in session.execute(came)
        if row.spool_name not in has
    ]
    left = select(OutboundMail.message_id, OutboundMail.recipient).where(
        OutboundMail.ticket_id == ticket_id,
        OutboundMail.sent_at <= moment,
        OutboundMail.template.in_(TO_CUSTOMERS),
    )
    has = {line.get("message_id") for line in lines}
    problems += [
        f"The mail to {row.recipient} that left as {row.message_id} is missing."
        for row in session.execute(left)
        if row.message_id not in has
    ]
    return problems


def _moment(written: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return found if found.tzinfo else None
