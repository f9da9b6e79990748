"""Recognise the store of the installation's files, so that no part works on another one's."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from helpdesk.blobs.away import WrongStore
from helpdesk.blobs.place import check_identity
from helpdesk.db import take_turns
from helpdesk.models import Attachment, InboundMail, InstallationFact

_STORE = "store"


def known_store(session: Session) -> str:
    """The id of the store that this database's files are in; empty where it knows none yet."""
    fact = session.get(InstallationFact, _STORE)
    return fact.value if fact else ""


def has_files(session: Session) -> bool:
    """Whether there are rows whose files stand in a store."""
    mails, files = select(InboundMail.id), select(Attachment.id)
    return bool(session.scalar(select(exists(mails) | exists(files))))


def recognise_store(session: Session, name: str, found: str, *, is_ours: bool) -> None:
    """Check that a store is the installation's; the first one to start sets it.

    :param name: what operators call the store.
    :param found: the id that it has; empty for none.
    :param is_ours: whether this machine gave it that id.
    :raises WrongStore: it is another one, or belongs to another database.
    """
    take_turns(session)
    kept = session.get(InstallationFact, _STORE)
    if kept is not None:
        check_identity(name, found, kept.value)
        return
    if not is_ours and not has_files(session):
        raise WrongStore(
            f"{name} belongs to another Postdesk: it has an id ({found}), and this database is new."
            " Name an empty folder or another prefix; a database is brought back with"
            " `postdesk restore`."
        )
    session.add(InstallationFact(name=_STORE, value=found))


def set_store(session: Session, identity: str) -> None:
    """Have the database know the store that its files were brought into."""
    fact = session.get(InstallationFact, _STORE)
    if fact is None:
        session.add(InstallationFact(name=_STORE, value=identity))
    else:
        fact.value = identity
