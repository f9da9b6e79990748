"""Sign in at a relay by the mailbox's access token."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.oauth.tokens import access_token
from helpdesk.oauth.trouble import ConsentGone, TokenTrouble
from helpdesk.settings import Settings
from helpdesk.submission.opening import Tokens
from helpdesk.submission.session import RelayUnreachable
from helpdesk.submission.trouble import RelayFault
from helpdesk.text import fold_address


def relay_tokens(database: Database, settings: Settings, mailbox_id: int, login: str) -> Tokens:
    """Return what gives the access tokens of a mailbox, for this account of its relay.

    No transaction may be open when that is called.
    """

    def token(refused: str) -> tuple[str, str]:
        try:
            whose, found = access_token(database, settings, mailbox_id, refused=refused)
        except ConsentGone as problem:
            words = problem.words or str(problem)
            raise RelayUnreachable(words, fault=RelayFault.CONSENT) from None
        except TokenTrouble as problem:
            words = f"{problem} {problem.words}".strip()
            raise RelayUnreachable(words, fault=RelayFault.UNREACHABLE) from None
        if fold_address(whose) != fold_address(login):
            raise RelayUnreachable(f"the token is for {whose}", fault=RelayFault.CONSENT)
        return whose, found

    return token
