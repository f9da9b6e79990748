"""Seeing, before a part starts, that the store is the one that the database's files are in."""

from __future__ import annotations

import time
from collections.abc import Callable

from commands.apart import asked_apart
from helpdesk.actions.recognise_store import (
    has_files,
    intend_store,
    known_store,
    recognise_store,
    set_store,
)
from helpdesk.blobs import ObjectPlace, StoreAway, WrongStore, open_place
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.opening import known_identity, note_identity
from helpdesk.blobs.place import new_identity
from helpdesk.db import Database
from helpdesk.outages import outage
from helpdesk.settings import Settings

FIRST_WITHIN = 5.0
"""Seconds that the first start of another machine is waited for, to give the store its id."""
_LOOK_AGAIN = 0.1


def see_store(settings: Settings, database: Database) -> None:
    """Compare the store's id with the database's; a new database gives an empty store its own.

    A store that does not answer is waited for by the parts: mail is taken all the same.

    :raises WrongStore: it is another one; one line.
    :raises SQLAlchemyError: the database is away, or not migrated.
    :raises OSError: the data folder cannot be written to.
    """
    try:
        _see(settings, database)
    except WrongStore:
        raise
    except StoreAway as problem:
        outage("store").failed(str(problem))


def see_noted_store(settings: Settings) -> None:
    """Compare the store's id with what this machine heard last, where the database is away.

    :raises WrongStore: it is another one.
    """
    if not (noted := known_identity(settings)):
        return
    try:
        asked_apart(open_place(settings, expected=noted).check)
    except WrongStore:
        raise
    except StoreAway as problem:
        outage("store").failed(str(problem))


def check_room(place: ObjectPlace, of_backup: str, *, keep: bool) -> None:
    """See that a backup's files may be brought into a place.

    :param of_backup: the id of the store that the backup was made beside; empty where it had none.
    :param keep: whether that very store is meant, which has files.
    :raises WrongStore: it is another one, or has files.
    """
    found = place.identity()
    if keep:
        if not found or found != of_backup:
            raise WrongStore(
                f"{place.name} is not the store that the backup was made beside: its id is "
                f"{found or 'missing'}, and not {of_backup or 'known'}."
            )
    # What a restore left that was cut short has no id yet; before there were ids, folders had none.
    elif (found or isinstance(place, FolderPlace)) and not place.is_empty():
        raise WrongStore(
            f"{place.name} has files already. Name an empty one; or, where it is the one that the "
            "backup was made beside, and the database alone was lost, add --keep-store."
        )


def take_as_own(settings: Settings, database: Database, place: ObjectPlace) -> None:
    """Have a place that a backup's files were brought into be the store of the database."""
    place.write_identity(new_identity())  # unless it has one
    found = place.identity()
    with database.transaction() as session:
        set_store(session, found)
    note_identity(settings, found)


def _see(settings: Settings, database: Database) -> None:
    with database.reading() as session:
        known, is_used = known_store(session), has_files(session)
    if known:
        note_identity(settings, known)  # first: away, the parts know what to wait for
    place = open_place(settings)
    try:
        found = asked_apart(place.identity)
    except StoreAway as problem:
        if known or is_used:
            raise
        raise WrongStore(f"{problem} A new Postdesk has to reach its store once.") from None
    # With SQLite all is on one machine, and while there are no files its store may be a new one.
    # Else a known store's id is given to no other: a folder of one's own is not the shared one.
    if not found and not (known and (is_used or not database.is_sqlite)):
        found = _given_an_id(place, database)
    with database.transaction() as session:
        recognise_store(session, place.name, found)
    note_identity(settings, found)


def _given_an_id(place: ObjectPlace, database: Database) -> str:
    """Give the place the installation's id; the id that it has then."""
    # Known to all before it is written: two machines may start first, and one may be cut off.
    with database.transaction() as session:
        mine, is_being_given = intend_store(session)
    if is_being_given and _another_one_gave_it(place, database):
        return asked_apart(place.identity)
    return asked_apart(_written(place.write_identity, mine, place.identity))


def _another_one_gave_it(place: ObjectPlace, database: Database) -> bool:
    """Wait until a store has the id: this one, if it is shared. Not so if the other was cut off."""
    until = time.monotonic() + FIRST_WITHIN
    while time.monotonic() < until:
        if asked_apart(place.identity):
            return True
        with database.reading() as session:
            if known_store(session):
                return True
        time.sleep(_LOOK_AGAIN)
    return False


def _written(
    write: Callable[[str], None], identity: str, read: Callable[[], str]
) -> Callable[[], str]:
    """Write an id, and say which one is there then: another machine may have been first."""

    def written() -> str:
        write(identity)
        return read()

    return written
