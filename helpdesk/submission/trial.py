"""Try an account before it is saved, or to test it: no mail is sent, and nothing there changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.imap.account import ImapAccount
from helpdesk.imap.connection import ImapConnection
from helpdesk.imap.probe import ANSWER_WITHIN, CONNECT_WITHIN
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.settings import Relay
from helpdesk.submission.opening import BEFORE_A_PAGE, Tokens, probe
from helpdesk.submission.session import RelayUnreachable
from helpdesk.submission.trouble import RelayTrouble

NEW_SENT_FOLDER = "Sent"


@dataclass(frozen=True)
class Trial:
    """What came of it."""

    tls: bool
    sent_folder: str
    """Where copies are put; empty: none are."""


def try_sending(
    relay: Relay,
    sender: str,
    own_name: str,
    copies: ImapAccount | None,
    sent_folder: str = "",
    *,
    token: Tokens | None = None,
    connect: Callable[..., ImapConnection] = ImapConnection,
) -> Trial:
    """Connect, encrypt, sign in, and ask whether mail of ``sender`` is taken.

    :param own_name: this machine's, for the greeting.
    :param copies: the account that copies are put into, if any are.
    :param sent_folder: the folder for them; empty for the one that the server says.
    :param token: where an access token is given instead of a password.
    :raises RelayTrouble: what keeps mail from being sent.
    :raises ImapTrouble: what keeps copies from being put there.
    """
    try:
        tls = probe(relay, own_name, BEFORE_A_PAGE, sender=sender, token=token)
    except RelayUnreachable as problem:
        said = f"{problem.code or ''} {problem}".strip()
        raise RelayTrouble(problem.fault, said) from None
    if copies is None:
        return Trial(tls, "")
    return Trial(tls, _folder(copies, sent_folder, connect))


def _folder(account: ImapAccount, wanted: str, connect: Callable[..., ImapConnection]) -> str:
    """The folder for copies; one that is made with the first copy, where there is none yet."""
    imap = connect(account, connect=CONNECT_WITHIN, read=ANSWER_WITHIN)
    try:
        if not wanted:
            return imap.sent_folder() or NEW_SENT_FOLDER
        folders = imap.folders()
        if wanted not in folders:
            named = ", ".join(folders[:20])
            raise ImapTrouble(TroubleKind.FOLDER, f"its folders are {named}")
        return wanted
    finally:
        imap.close()
