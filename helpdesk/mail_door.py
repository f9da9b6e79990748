"""The door for mail that comes by HTTP, as the web sees it: who is behind it is given to the web.

The web knows nothing of the spool; ``commands`` hands it what writes there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class PostedMail:
    """What is said about a mail that is posted, beside the mail itself."""

    sender: str | None
    """The sender in its envelope; empty for the null sender, None where nobody said it."""
    recipients: tuple[str, ...]
    believed: str = ""
    """Whose results of checking the sender are believed: the name by which they stand in
    Authentication-Results. Empty: nobody's."""
    hold: str = ""
    """Why it is held, whatever is in it: it stands for a mail that is elsewhere, say."""


class NotTaken(Exception):
    """The mail is not taken.

    :param code: SMTP's: from 500 it is no use to try again.
    :param words: why, in one sentence.
    :param field: what it is about: ``from``, ``to``, or ``body``; empty for none of them.
    """

    def __init__(self, code: int, words: str, field: str = "") -> None:
        super().__init__(words)
        self.code, self.words, self.field = code, words, field

    @property
    def try_later(self) -> bool:
        """Whether the same mail may be taken another time."""
        return self.code < 500


class OpenDoor(Protocol):
    """A mail's envelope was taken: what may follow is the mail."""

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The addresses of the mailboxes that it is for."""

    def take(self, pieces: Iterable[bytes]) -> str:
        """Take the mail: its bytes, in pieces. Returns its name, once it is safe on the disk.

        :raises NotTaken:
        """


class MailDoor(Protocol):
    """Where mail comes in that does not come by SMTP."""

    def open(self, mail: PostedMail) -> OpenDoor:
        """Look at the envelope, and refuse what SMTP would refuse.

        :raises NotTaken:
        """

    def mailbox_at(self, address: str) -> str | None:
        """The address of the mailbox that answers for this one, plus-tag or not; None if none.

        :raises NotTaken: the mailboxes are not known yet.
        """
