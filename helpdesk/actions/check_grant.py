"""Check that a mailbox's sign-in at Google or Microsoft is for an account, before it is used so."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import Mailbox
from helpdesk.oauth.providers import PROVIDERS, check_server
from helpdesk.queries.mailbox_grants import grant_of
from helpdesk.text import fold_address


def check_grant(
    session: Session, mailbox: Mailbox, login: str, host: str, *, sending: bool
) -> None:
    """Check that somebody signed in for this account, and that its server may see the token.

    :param sending: whether mail is to be sent by it; else it is to be fetched.
    :raises InvalidInput: it names the field.
    """
    grant = grant_of(session, mailbox.id)
    if grant is None:
        raise InvalidInput("sign_in", "Nobody has signed in for this mailbox yet: do that first.")
    if fold_address(grant.login) != fold_address(login):
        name = PROVIDERS[grant.provider].name
        words = f"It is {grant.login} who signed in with {name}: name them, or sign in again."
        raise InvalidInput("login", words)
    check_server(grant.provider, host, sending=sending)
