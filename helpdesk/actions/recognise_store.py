"""Recognise the store of the installation's files, so that no part works on another one's."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from helpdesk.blobs.away import WrongStore
from helpdesk.blobs.place import check_identity, new_identity
from helpdesk.db import take_turns
from helpdesk.models import Attachment, InboundMail, InstallationFact

_STORE = "store"
_INTENDED = "intended store"
"""The id that a store is to get that has none: known to all machines before it is written."""


def known_store(session: Session) -> str:
    """The id of the store that this database's files are in; empty where it knows none yet."""
    fact = session.get(InstallationFact, _STORE)
    return fact.value if fact else ""


def has_files(session: Session) -> bool:
    """Whether there are rows whose files stand in a store."""
    mails, files = select(InboundMail.id), select(Attachment.id)
    return bool(session.scalar(select(exists(mails) | exists(files))))


def intend_store(session: Session) -> tuple[str, bool]:
    """Return the id that the installation's store is to have, for one that has none yet.

    :returns: with it, whether somebody is giving it to a store just now, or was cut off at that.
    """
    take_turns(session)
    if known := known_store(session):
        return known, False
    fact = session.get(InstallationFact, _INTENDED)
    if fact is not None:
        return fact.value, True
    made = new_identity()
    session.add(InstallationFact(name=_INTENDED, value=made))
    return made, False


def recognise_store(session: Session, name: str, found: str) -> None:
    """Check that a store is the installation's; the first one to start sets it.

    :param name: what operators call the store.
    :param found: the id that it has; empty for none.
    :raises WrongStore: it is another one, or belongs to another database.
    """
    take_turns(session)
    kept = session.get(InstallationFact, _STORE)
    if kept is not None:
        check_identity(name, found, kept.value)
        return
    intended = session.get(InstallationFact, _INTENDED)
    if intended is None or intended.value != found:
        raise WrongStore(
            f"{name} belongs to another Postdesk: it has an id ({found}) that this database does "
            "not know. Name an empty folder or another prefix; or, if it is this database's own "
            "after all, remove the “id” in it."
        )
    session.add(InstallationFact(name=_STORE, value=found))


def set_store(session: Session, identity: str) -> None:
    """Have the database know the store that its files were brought into."""
    fact = session.get(InstallationFact, _STORE)
    if fact is None:
        session.add(InstallationFact(name=_STORE, value=identity))
    else:
        fact.value = identity
