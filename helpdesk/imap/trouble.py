"""What can be wrong with a mail server, in words for whoever has to mend it."""

from __future__ import annotations

import re
import ssl
from enum import StrEnum

_LONGEST = 300
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL says of an answer that is none in TLS."""


class TroubleKind(StrEnum):
    """Why no mail can be fetched."""

    UNREACHABLE = "unreachable"
    """There is no answer."""
    UNTRUSTED = "untrusted"
    """Its certificate does not hold, or it offers no encryption."""
    REFUSED = "refused"
    """It does not take the password."""
    SEALED = "sealed"
    """The password cannot be read any more: the installation's secret is another one."""
    CONSENT = "consent"
    """It does not take the access token, or there is none any more."""
    PROVIDER = "provider"
    """Who gives out access tokens gives none just now."""
    FOLDER = "folder"
    """The folder is gone."""
    TARGET = "target"
    """The folder that fetched mail is moved into is gone."""
    ANSWER = "answer"
    """It answers, and makes no sense, or refuses what every server does."""


SENTENCES = {
    TroubleKind.UNREACHABLE: "The server cannot be reached.",
    TroubleKind.UNTRUSTED: "The connection to the server cannot be trusted.",
    TroubleKind.REFUSED: "The server refuses the user name or the password.",
    TroubleKind.SEALED: "The password can no longer be opened: type it anew.",
    TroubleKind.CONSENT: "The sign-in with Google or Microsoft does not hold any more: "
    "sign in again.",
    TroubleKind.PROVIDER: "Google or Microsoft gives no access token just now.",
    TroubleKind.FOLDER: "There is no such folder on the server.",
    TroubleKind.TARGET: "The folder to move fetched mail into is not there.",
    TroubleKind.ANSWER: "The server answers, but not as a mail server should.",
}
"""For people; what the server said stands beside it."""

FIELDS = {
    TroubleKind.UNREACHABLE: "host",
    TroubleKind.UNTRUSTED: "tls",
    TroubleKind.REFUSED: "password",
    TroubleKind.SEALED: "password",
    TroubleKind.CONSENT: "sign_in",
    TroubleKind.PROVIDER: "sign_in",
    TroubleKind.FOLDER: "folder",
    TroubleKind.TARGET: "move_to",
    TroubleKind.ANSWER: "host",
}
"""The field of the form to look at."""

PASSING = frozenset({TroubleKind.UNREACHABLE, TroubleKind.ANSWER, TroubleKind.PROVIDER})
"""What may be over in a moment: nobody is told at once."""


class ImapTrouble(Exception):
    """No mail can be fetched. The text is a sentence for people, with the server's own words."""

    def __init__(self, kind: TroubleKind, words: str = "") -> None:
        """:param words: what the server said, or the system."""
        self.kind = kind
        self.words = _one_line(words)
        said = f" It says: {as_sentence(self.words)}" if self.words else ""
        super().__init__(f"{SENTENCES[kind]}{said}")

    @property
    def field(self) -> str:
        """The field of the form to look at."""
        return FIELDS[self.kind]


def words_of(problem: Exception) -> str:
    """What an exception says, for people."""
    said = problem.args[0] if problem.args else ""
    if isinstance(problem, OSError) and problem.strerror:
        said = problem.strerror
    if isinstance(said, bytes):
        said = said.decode("utf-8", "replace")
    # imapclient makes text of the bytes that a server said as Python writes them.
    plain = re.sub(r"""\bb(['"])(.*)\1""", r"\2", str(said))
    return _one_line(plain or type(problem).__name__)


def as_sentence(words: str) -> str:
    """What a server said, with a full stop, so that another sentence may follow."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def tls_words(problem: ssl.SSLError) -> str:
    """Why a connection is not encrypted, or not to be trusted, for people."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return problem.verify_message
    if problem.reason in _NO_TLS:
        return f"no TLS from the first byte at this port: is it STARTTLS there? ({problem.reason})"
    return problem.reason or words_of(problem)


def _one_line(text: str) -> str:
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"
