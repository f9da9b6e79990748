"""What can be wrong with tokens, in words for whoever has to mend it."""

from __future__ import annotations

from helpdesk.text import clean_line

_LONGEST = 300


class OAuthTrouble(Exception):
    """There is no access token. The text is one sentence for people."""

    sentence = ""

    def __init__(self, words: str = "", sentence: str = "") -> None:
        """:param words: what the provider said, or the system."""
        self.words = clean_line(words, _LONGEST)
        super().__init__(sentence or self.sentence)


class ConsentGone(OAuthTrouble):
    """Only a person can mend it, by signing in again."""

    sentence = "The sign-in with Google or Microsoft does not hold any more: sign in again."


class TokenTrouble(OAuthTrouble):
    """The provider is not reached, or has no answer that can be used: it is tried again."""

    sentence = "Google or Microsoft gives no access token just now."


class OAuthRefused(OAuthTrouble):
    """The provider understood, and says no (RFC 6749 5.2)."""

    sentence = "Google or Microsoft says no."

    def __init__(self, code: str, words: str = "") -> None:
        """:param code: the ``error`` that it names."""
        super().__init__(words or code)
        self.code = code


class StillWaiting(Exception):
    """The code was not typed yet (RFC 8628 3.5)."""

    def __init__(self, *, slower: bool) -> None:
        """:param slower: whether to ask less often from now on."""
        super().__init__("The code was not typed yet.")
        self.slower = slower
