"""Recognise the installation's secret, so that no machine signs with another one."""

from __future__ import annotations

import hmac
from hashlib import sha256

from sqlalchemy.orm import Session

from helpdesk.db import keys_of, take_turns
from helpdesk.errors import HelpdeskError
from helpdesk.models import InstallationFact

_KEY = "key"


class WrongKey(HelpdeskError):
    """The secret is not the one that the others of this installation sign with."""


def recognise_key(session: Session) -> None:
    """Check that this machine signs with the installation's secret; the first one to start sets it.

    A new secret takes the old one's place where the old one is among the old keys: so it is
    changed, machine by machine.

    :raises WrongKey: links and reply addresses that one machine makes would be refused by others.
    """
    take_turns(session)
    marks = [_fingerprint(key) for key in keys_of(session)]
    kept = session.get(InstallationFact, _KEY)
    if kept is None:
        session.add(InstallationFact(name=_KEY, value=marks[0]))
    elif kept.value not in marks:
        raise WrongKey(
            "POSTDESK_SECRET_KEY: it is not the one that this database's Postdesk signs with. "
            "Take that one from another machine or a backup; or, to change it, set the new one "
            "here and the old one in POSTDESK_OLD_SECRET_KEYS."
        )
    elif kept.value != marks[0]:
        kept.value = marks[0]


def is_installations(session: Session) -> bool:
    """Whether this machine's secret, or one of its old ones, is the installation's."""
    kept = session.get(InstallationFact, _KEY)
    return kept is None or kept.value in {_fingerprint(key) for key in keys_of(session)}


def _fingerprint(key: str) -> str:
    """A mark of the secret that tells nothing of it."""
    return hmac.digest(key.encode(), b"postdesk installation", sha256).hex()[:32]
