"""What can be wrong between a relay and us, in words for whoever has to mend it."""

from __future__ import annotations

import re
from enum import StrEnum

from helpdesk.imap.trouble import as_sentence
from helpdesk.text import clean_line

_LONGEST = 300


class RelayFault(StrEnum):
    """Why no mail can be handed over, whatever the mail."""

    UNREACHABLE = "unreachable"
    """There is no answer, or none that says anything else of these."""
    UNTRUSTED = "untrusted"
    """Its certificate does not hold, or it offers no encryption."""
    REFUSED = "refused"
    """It does not take the password."""
    SEALED = "sealed"
    """The password cannot be read any more: the installation's secret is another one."""
    CONSENT = "consent"
    """Nobody has allowed us in, or not any more."""
    SENDER = "sender"
    """The account may not send as the mailbox."""
    LIMIT = "limit"
    """It takes no more mail of this account for now."""


FAULTS = {
    RelayFault.UNREACHABLE: "The server cannot be reached.",
    RelayFault.UNTRUSTED: "The connection to the server cannot be trusted.",
    RelayFault.REFUSED: "The server does not let this account in.",
    RelayFault.SEALED: "The password can no longer be opened: type it anew.",
    RelayFault.CONSENT: "The account is not open to Postdesk any more: sign in to it again.",
    RelayFault.SENDER: "The server does not let this account send as the mailbox.",
    RelayFault.LIMIT: "The server takes no more mail from this account for now.",
}
"""For people; what the server said stands beside it."""

FAULT_FIELDS = {
    RelayFault.UNREACHABLE: "host",
    RelayFault.UNTRUSTED: "tls",
    RelayFault.REFUSED: "password",
    RelayFault.SEALED: "password",
    RelayFault.CONSENT: "sign_in",
    RelayFault.SENDER: "login",
    RelayFault.LIMIT: "login",
}
"""The field of the form to look at."""

PASSING_FAULTS = frozenset({RelayFault.UNREACHABLE, RelayFault.LIMIT})
"""What may be over by itself: nobody is told at once."""

# What providers say in their own enhanced codes of the account, and not of the mail: from memory.
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_MAY_NOT_SEND_SO = {"5.2.252", "5.7.60", "5.7.61", "5.1.8"}
_LIMITS = {"5.4.5", "4.4.5", "5.2.251", "5.7.501", "5.7.502", "5.7.503", "5.7.705", "5.7.708"}
_WANTS_CREDENTIALS = (530, 534, 535, 538)
_REFUSES_SENDERS = (550, 551, 553, 554)


class RelayTrouble(Exception):
    """No mail can be sent. The text is a sentence for people, with the server's own words."""

    def __init__(self, fault: RelayFault, words: str = "") -> None:
        """:param words: what the server said, or the system."""
        self.fault = fault
        self.words = clean_line(words, _LONGEST)
        said = f" It says: {as_sentence(self.words)}" if self.words else ""
        super().__init__(f"{FAULTS[fault]}{said}")

    @property
    def field(self) -> str:
        """The field of the form to look at."""
        return FAULT_FIELDS[self.fault]


def fault_of_refusal(code: int, text: str, *, of_sender: bool) -> RelayFault | None:
    """What is wrong with the account, by a relay's refusal; None where it is about the mail.

    :param of_sender: whether it is the answer to ``MAIL FROM``, which has nothing of the mail.
    """
    if code in _WANTS_CREDENTIALS:
        return RelayFault.REFUSED
    found = _STATUS.match(text)
    status = found[1] if found else ""
    if status in _LIMITS:
        return RelayFault.LIMIT
    if status in _MAY_NOT_SEND_SO or (of_sender and code in _REFUSES_SENDERS):
        return RelayFault.SENDER
    return None
