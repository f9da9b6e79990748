"""Take over what waits in the spool of a gateway that is no more: its disk was brought here.

A mail is copied into the own spool and accepted there as if it had just come, under the name that
it has; the other spool stays whole until all of it is safe here, so a crash in between costs
nothing: what is here already, or has a row in the ledger, is passed over the next time. A mail's
name is unique in the database, so that none is filed twice. A gateway that starts on the other
spool meanwhile waits (:mod:`mailgate.spool.in_use`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helpdesk.actions.retire_gateway import hand_over
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.identity import known_spool_id
from helpdesk.queries.gateways import gateways
from helpdesk.queries.ledger import already_recorded
from mailgate.spool.in_use import SpoolInUse
from mailgate.spool.spool import Spool

ADOPTED = "adopted"
"""What the folder of the waiting mails is called afterwards."""


class CannotAdopt(Exception):
    """The folder cannot be taken over; the text says why."""


@dataclass(frozen=True)
class Adopted:
    """What came of it."""

    moved: int
    """Mails that wait here now, or have been filed from here."""
    filed: int
    """Mails that stood there still, and had been filed before."""


def spool_folder(folder: Path, own: Path) -> Path:
    """Return the spool in a folder that the operator names: the spool itself, or a data folder.

    :raises CannotAdopt: it is none, or this gateway's own.
    """
    found = next((one for one in (folder, folder / "spool") if (one / "new").is_dir()), None)
    if found is None:
        adopted = any((one / ADOPTED).is_dir() for one in (folder, folder / "spool"))
        raise CannotAdopt(
            f"{folder} was taken over before." if adopted else f"{folder} is no spool."
        )
    if found.resolve() == own.resolve() or known_spool_id(found) == known_spool_id(own) != "":
        raise CannotAdopt(f"{folder} is this gateway's own spool.")
    return found


def adopt_spool(
    folder: Path,
    spool: Spool,
    database: Database,
    actor: Actor,
    now: datetime,
    *,
    begins: Callable[[], object] = lambda: None,
    each: Callable[[], None] = lambda: None,
) -> Adopted:
    """Take over what waits in another spool; the filer here files it.

    :param folder: :func:`spool_folder`'s.
    :param begins: called before the first mail, once it is sure that it can be taken over.
    :param each: called after each mail.
    :raises CannotAdopt: its gateway is at work.
    :raises NotAllowed: somebody else asks than the operator.
    :raises OSError: it cannot be read, or a mail cannot be kept here.
    """
    if not actor.operator:
        raise NotAllowed("This is for commands.")
    identity = known_spool_id(folder)
    _check_stopped(database, identity)
    try:
        other = Spool(folder, alone=True)
    except SpoolInUse:
        raise CannotAdopt("A gateway is at work with that spool: stop it first.") from None
    try:
        begins()
        other.tidy(settled=0)
        names = other.waiting(10**9)
        moved = _take_over(names, other, spool, database, each)
        _count_once(moved, other, spool, database, identity)
        accepted = other.accepted_count()
        with database.transaction() as session:
            hand_over(session, actor, identity, accepted=accepted, now=now)
        (folder / "new").rename(_free_name(folder))
    finally:
        other.close()
    return Adopted(len(moved), len(names) - len(moved))


def _take_over(
    names: list[str], other: Spool, spool: Spool, database: Database, each: Callable[[], None]
) -> list[str]:
    """Accept here what waits there, but what is filed already; the names of what is here now."""
    with database.reading() as session:
        recorded = already_recorded(session, names)
    # Not what it accepted before the other one took that over from here.
    there = spool.accepted_lately()
    moved = []
    for name in names:
        if name in there:
            moved.append(name)
        elif name not in recorded:
            spool.take_over(name, other.path(name))
            moved.append(name)
        each()
    return moved


def _count_once(
    moved: list[str], other: Spool, spool: Spool, database: Database, identity: str
) -> None:
    """Note of each mail that both have accepted now where it counts: where it was filed, or here.

    The other has filed some of them where an attempt was cut off, and it came back meanwhile.
    """
    both = (spool.accepted_lately() & other.accepted_lately()).union(moved)
    with database.reading() as session:
        filed_there = already_recorded(session, sorted(both), by_spool=identity)
    spool.hand_over(filed_there)
    other.hand_over(both - filed_there)


def _free_name(folder: Path) -> Path:
    """What the folder of the waiting mails is called now: it came back, and was lost, before."""
    names = (ADOPTED, *(f"{ADOPTED}-{number}" for number in range(2, 10_000)))
    return next(path for name in names if not (path := folder / name).exists())


def _check_stopped(database: Database, identity: str) -> None:
    with database.reading() as session:
        living = [one.name for one in gateways(session) if one.spool_id == identity and one.lives]
    if living:
        raise CannotAdopt(f"Gateway {living[0]} is at work with that spool: stop it first.")
