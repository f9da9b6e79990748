"""One connection to a mail server: a folder opened, its mails read, then marked or moved.

Only ``UID``, ``RFC822.SIZE``, ``INTERNALDATE`` and ``BODY.PEEK[]`` are asked for: what a server
makes of a mail's structure is its own affair, and often wrong. Nothing but :meth:`mark_seen`,
:meth:`move` and :meth:`append` changes anything there.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from imaplib import IMAP4
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from helpdesk.imap.account import ImapAccount, Tls, is_loopback
from helpdesk.imap.trouble import ImapTrouble, TroubleKind, tls_words, words_of
from helpdesk.xoauth2 import refusal_words, xoauth2

PIECE = 1024 * 1024
"""Bytes of a large mail that are asked for at a time: its whole never stands in memory."""
LONGEST_WAIT = 300.0
"""Seconds in IDLE: less than the shortest time after which anything on the way drops a connection
in which nothing is said."""
_SENT_FOLDERS = {"Gesendet", "Gesendete Objekte", "Gesendete Elemente", "Sent Mail", "Envoyés",
                 "Messages envoyés", "Enviados", "Posta inviata", "Verzonden"}  # fmt: skip
LARGEST_LINE = 4 * 1024 * 1024
_T = TypeVar("_T")


class MailGone(Exception):
    """The mail is not in the folder any more."""


class MailUnreadable(Exception):
    """The server has the mail and does not give it. The text is what it says."""


@dataclass(frozen=True)
class OpenFolder:
    """What the server says of a folder when it is opened."""

    uid_validity: int
    count: int


@dataclass(frozen=True)
class Described:
    """What the server says of one mail: its size in bytes may be wrong."""

    size: int
    arrived: datetime | None


class ImapConnection:
    """A connection for one thread; :meth:`abort` may come from another.

    Every method raises :class:`ImapTrouble` where the server or the way to it is at fault.
    """

    def __init__(self, account: ImapAccount, *, connect: float = 20, read: float = 60) -> None:
        """Connect, encrypt and sign in.

        :param connect: seconds, as ``read``, that an answer may take.
        """
        self._account = account
        self._client = self._connected(SocketTimeout(connect, read))
        try:
            self._secure_and_sign_in()
        except BaseException:
            self.close()
            raise

    def open_folder(self, *, readonly: bool = False) -> OpenFolder:
        """Open the account's folder."""
        said = self._in_folder(lambda: self._client.select_folder(self._account.folder, readonly))
        validity = said.get(b"UIDVALIDITY")
        if not isinstance(validity, int):
            raise ImapTrouble(TroubleKind.ANSWER, "it names no UIDVALIDITY for the folder")
        return OpenFolder(validity, int(said.get(b"EXISTS", 0)))

    def newer(self, uid: int, since: date | None = None) -> list[int]:
        """Return the numbers of the mails above ``uid``, ascending.

        :param since: leave out what came to the server before this day.
        """
        criteria: list[Any] = ["UID", f"{uid + 1}:*"]
        if since is not None:
            criteria += ["SINCE", since]
        found = self._asked(lambda: self._client.search(criteria))
        # “999:*” means the last mail, too, where there is none above.
        return sorted(one for one in map(int, found) if one > uid)

    def newest(self) -> int:
        """Return the number of the mail that came last.

        :raises MailGone: there is none.
        """
        found = self._asked(lambda: self._client.search(["UID", "*"]))
        if not found:
            raise MailGone
        return max(map(int, found))

    def described(self, uids: Sequence[int]) -> dict[int, Described]:
        """Return what the server says of these mails; those that are gone are left out."""
        said = self._asked(lambda: self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]))
        return {
            uid: Described(int(one.get(b"RFC822.SIZE") or 0), _aware(one.get(b"INTERNALDATE")))
            for uid, one in said.items()
        }

    def whole(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return small mails whole, in one question; those that were not given are left out."""
        said = self._asked(lambda: self._client.fetch(uids, ["BODY.PEEK[]"]))
        found = {uid: one.get(b"BODY[]") for uid, one in said.items()}
        return {uid: content for uid, content in found.items() if isinstance(content, bytes)}

    def pieces(self, uid: int) -> Iterator[bytes]:
        """Return a mail piece by piece.

        :raises MailGone, MailUnreadable:
        """
        offset = 0
        while True:
            piece = self._part(uid, f"BODY.PEEK[]<{offset}.{PIECE}>", f"BODY[]<{offset}>", offset)
            yield piece
            offset += len(piece)
            if len(piece) < PIECE:
                return

    def header(self, uid: int) -> bytes:
        """Return a mail's header, with its empty line.

        :raises MailGone, MailUnreadable:
        """
        return self._part(uid, "BODY.PEEK[HEADER]", "BODY[HEADER]", 0)

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails as read; those that are gone are none of its business."""
        self._asked(lambda: self._client.add_flags(uids, [b"\\Seen"], silent=True))

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails into another folder; where the server cannot, copy and delete."""
        try:
            self._client.move(uids, folder)
        except CapabilityError:
            self._into(folder, lambda: self._client.copy(uids, folder))
            self._asked(lambda: self._client.add_flags(uids, [b"\\Deleted"], silent=True))
            with suppress(CapabilityError):
                self._client.uid_expunge(uids)
        except _FAULTS as problem:
            self._raise_of_target(problem)

    def folders(self) -> list[str]:
        """Return the names of all folders that can be opened."""
        listed = self._asked(self._client.list_folders)
        return sorted(str(name) for flags, _, name in listed if b"\\Noselect" not in flags)

    def sent_folder(self) -> str:
        """Return the folder that sent mail is kept in; empty where the account has none."""
        named = self._asked(lambda: self._client.find_special_folder(b"\\Sent"))
        if named:
            return str(named)
        usual = (one for one in self.folders() if re.split("[/.]", one)[-1] in _SENT_FOLDERS)
        return next(usual, "")

    def holds(self, folder: str, message_id: str) -> bool:
        """Whether a mail with this Message-ID is in a folder; a folder that is not there has none.

        :param message_id: without its angle brackets.
        """
        if not self._asked(lambda: self._client.folder_exists(folder)):
            return False
        self._asked(lambda: self._client.select_folder(folder, readonly=True))
        criteria = ["HEADER", "Message-ID", message_id]
        return bool(self._asked(lambda: self._client.search(criteria)))

    def append(self, folder: str, content: bytes, at: datetime | None = None) -> None:
        """Put a mail into a folder, as one that was read; the folder is made if it is not there.

        :param at: when it is to have come.
        """
        if not self._asked(lambda: self._client.folder_exists(folder)):
            self._asked(lambda: self._client.create_folder(folder))
            self._asked(lambda: self._client.subscribe_folder(folder))
        self._asked(lambda: self._client.append(folder, content, [b"\\Seen"], at))

    def wait(self, seconds: float) -> None:
        """Wait until something happens in the folder, or the time is over."""
        if not self._asked(lambda: self._client.has_capability("IDLE")):
            raise NoIdle
        self._asked(self._client.idle)
        try:
            self._asked(lambda: self._client.idle_check(timeout=min(seconds, LONGEST_WAIT)))
        finally:
            # It alone says that the connection died meanwhile.
            self._asked(self._client.idle_done)

    def abort(self) -> None:
        """Cut the connection under whoever waits on it."""
        with suppress(*_FAULTS, AttributeError):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye, where that is quick."""
        with suppress(*_FAULTS, AttributeError):
            self._client.socket().settimeout(2)
            self._client.logout()
            return
        with suppress(*_FAULTS, AttributeError):
            self._client.shutdown()

    def _connected(self, timeout: SocketTimeout) -> IMAPClient:
        account = self._account
        context = tls_context(account.host)
        try:
            client = IMAPClient(
                account.host,
                account.port,
                ssl=account.tls is Tls.IMPLICIT,
                ssl_context=context,
                timeout=timeout,
            )
        except ssl.SSLError as problem:
            raise ImapTrouble(TroubleKind.UNTRUSTED, tls_words(problem)) from None
        except _FAULTS as problem:
            raise _no_greeting(problem) from None
        client.normalise_times = False
        # It would write every line of every mail down, for a log that nobody keeps.
        client._imap.debug = 0
        return client

    def _secure_and_sign_in(self) -> None:
        account, client = self._account, self._client
        if account.tls is Tls.STARTTLS:
            try:
                client.starttls(tls_context(account.host))
            except CapabilityError:
                raise ImapTrouble(TroubleKind.UNTRUSTED, "it offers no STARTTLS") from None
            except ssl.SSLError as problem:
                raise ImapTrouble(TroubleKind.UNTRUSTED, tls_words(problem)) from None
            except _FAULTS as problem:
                raise ImapTrouble(TroubleKind.UNREACHABLE, words_of(problem)) from None
        said: list[str] = []
        try:
            if account.by_token:
                self._sign_in_by_token(said)
            elif account.login.isascii() and account.password.isascii():
                client.login(account.login, account.password)
            else:
                client.plain_login(account.login, account.password)
        except CapabilityError:
            raise ImapTrouble(TroubleKind.ANSWER, "it takes no access tokens (XOAUTH2)") from None
        except LoginError as problem:
            if isinstance(problem.__context__, IMAP4.abort):  # it says nothing of who signs in
                raise _trouble(problem.__context__) from None
            words = " ".join([words_of(problem), *filter(None, said)])
            raise ImapTrouble(_refusal(words), words) from None
        except _FAULTS as problem:
            raise _trouble(problem) from None

    def _sign_in_by_token(self, said: list[str]) -> None:
        """:param said: takes what the server says of a token that it refuses."""
        if not self._client.has_capability("AUTH=XOAUTH2"):
            raise CapabilityError
        account = self._account

        def respond(challenge: bytes | None) -> bytes:
            if not challenge:
                return xoauth2(account.login, account.password)
            said.append(refusal_words(challenge))
            return b""

        self._client.sasl_login("XOAUTH2", respond)

    def _part(self, uid: int, asked: str, key: str, offset: int) -> bytes:
        said = self._asked(lambda: self._client.fetch([uid], [asked]), of_mail=True)
        if uid not in said:
            raise MailGone
        content = said[uid].get(key.encode())
        if isinstance(content, bytes):
            return content
        if offset:  # it ended where the piece before did
            return b""
        raise MailUnreadable("it gave nothing")

    def _asked(self, question: Callable[[], _T], *, of_mail: bool = False) -> _T:
        """Ask the server.

        :param of_mail: whether a plain refusal is about one mail alone.
        """
        try:
            return question()
        except _FAULTS as problem:
            if (
                of_mail
                and isinstance(problem, IMAP4.error)
                and not isinstance(problem, IMAP4.abort)
            ):
                raise MailUnreadable(words_of(problem)) from None
            raise _trouble(problem) from None

    def _in_folder(self, question: Callable[[], dict[bytes, Any]]) -> dict[bytes, Any]:
        try:
            return question()
        except IMAP4.abort as problem:
            raise _trouble(problem) from None
        except IMAP4.error as problem:
            is_there = self._asked(lambda: self._client.folder_exists(self._account.folder))
            kind = TroubleKind.ANSWER if is_there else TroubleKind.FOLDER
            raise ImapTrouble(kind, words_of(problem)) from None
        except _FAULTS as problem:
            raise _trouble(problem) from None

    def _into(self, folder: str, question: Callable[[], object]) -> None:
        try:
            question()
        except _FAULTS as problem:
            self._raise_of_target(problem)

    def _raise_of_target(self, problem: Exception) -> None:
        if isinstance(problem, IMAP4.error) and not isinstance(problem, IMAP4.abort):
            raise ImapTrouble(TroubleKind.TARGET, words_of(problem)) from None
        raise _trouble(problem) from None


class NoIdle(Exception):
    """The server tells of nothing by itself: it has to be asked now and then."""


# A server's odd answer ends in any of the last three, within the library.
_FAULTS = (IMAP4.error, OSError, ValueError, LookupError, AssertionError)


def tls_context(host: str) -> ssl.SSLContext:
    """Certificates are checked, but for a server on this very machine: those sign their own."""
    context = ssl.create_default_context()
    if is_loopback(host):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _trouble(problem: Exception) -> ImapTrouble:
    if isinstance(problem, ssl.SSLError):
        return ImapTrouble(TroubleKind.UNTRUSTED, tls_words(problem))
    if isinstance(problem, OSError | IMAP4.abort):
        return ImapTrouble(TroubleKind.UNREACHABLE, words_of(problem))
    return ImapTrouble(TroubleKind.ANSWER, words_of(problem))


def _no_greeting(problem: Exception) -> ImapTrouble:
    words, unexpected = words_of(problem), "unexpected response: "
    if not words.startswith(unexpected):
        return ImapTrouble(TroubleKind.UNREACHABLE, words)
    said = words.removeprefix(unexpected)
    words = f"there is a server, but it is no IMAP server ({said})"
    return ImapTrouble(TroubleKind.ANSWER, words)


def _refusal(words: str) -> TroubleKind:
    """What a refused sign-in means: servers that are busy refuse it, too (RFC 5530)."""
    passing = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")
    return TroubleKind.ANSWER if words.upper().startswith(passing) else TroubleKind.REFUSED


def _aware(moment: object) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
