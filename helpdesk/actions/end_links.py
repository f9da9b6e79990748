"""End links that were mailed, before anybody uses them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from hashlib import sha256

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.orm import Session

from helpdesk.models import LinkPurpose, MailedLink

LINK_PATHS = {
    LinkPurpose.SIGN_IN: "/my/in/",
    LinkPurpose.ADD_ADDRESS: "/my/address/",
    LinkPurpose.SET_PASSWORD: "/desk/password/",
}
"""Where each kind of link leads; its token follows."""
MOST_TOKENS = 20
_LINK = re.compile(rf"(?:{'|'.join(map(re.escape, LINK_PATHS.values()))})([A-Za-z0-9_-]{{20,100}})")


def end_links_to(session: Session, addresses: Collection[str], *purposes: LinkPurpose) -> int:
    """End every unused link to these addresses; returns how many there were.

    :param purposes: only links for one of these; none means all.
    """
    chosen = MailedLink.address.in_(list(addresses))
    return _end(session, chosen & MailedLink.purpose.in_(purposes) if purposes else chosen)


def end_links_in(session: Session, texts: Iterable[str]) -> int:
    """End every unused link that stands in one of these texts; returns how many there were.

    For a mail that comes in with a link of ours in it (a bounce, an automatic answer, an answer
    that quotes it): more people than the one whom it was mailed to can read it from now on.
    """
    tokens = {token for text in texts for token in _tokens(text)}
    hashes = [hash_of_token(token) for token in sorted(tokens)[:MOST_TOKENS]]
    return _end(session, MailedLink.token_hash.in_(hashes)) if hashes else 0


def hash_of_token(token: str) -> str:
    """What is kept of a mailed link's token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _tokens(text: str) -> list[str]:
    # Nearly no mail has one: looking for the plain words is a hundred times as fast.
    if not any(path in text for path in LINK_PATHS.values()):
        return []
    return _LINK.findall(text)


def _end(session: Session, chosen: ColumnElement[bool]) -> int:
    ended = session.execute(
        update(MailedLink)
        .where(chosen, MailedLink.used_at.is_(None), MailedLink.expires_at > MailedLink.made_at)
        .values(expires_at=MailedLink.made_at)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(ended, CursorResult)
    return ended.rowcount
