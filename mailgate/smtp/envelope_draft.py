"""The envelope of a mail in the making: what MAIL and RCPT may say, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from helpdesk.text import bounded_int
from mailgate.smtp.envelope_paths import Path, PathError, parse
from mailgate.spool.mailbox_snapshot import Mailboxes

TOO_LARGE = "552 5.3.4 This mail is larger than is taken here"
PAUSED = "450 4.2.1 This mailbox is paused, please try again later"
_NEEDS_UTF8 = "553 5.6.7 This address needs SMTPUTF8"
_NO_RELAY = "550 5.7.1 No mail is relayed here"


class RefusedError(Exception):
    """The command is refused. The text is the answer."""


@dataclass
class EnvelopeDraft:
    """The envelope so far. ``mailboxes`` names the mailbox behind each of ``rcpt_tos``."""

    begun: bool = False
    mail_from: str = ""
    smtputf8: bool = False
    rcpt_tos: list[str] = field(default_factory=list)
    mailboxes: list[str] = field(default_factory=list)

    def begin(self, argument: str | None, *, largest: int) -> None:
        """Take the argument of MAIL.

        :param largest: bytes that a mail may have.
        :raises RefusedError: it is not taken; nothing has changed.
        """
        if self.begun:
            raise RefusedError("503 5.5.1 One mail at a time")
        try:
            path, parameters = parse(argument, "FROM")
        except PathError:
            raise RefusedError("501 5.1.7 Syntax: MAIL FROM:<address>") from None
        _check_mail_parameters(parameters, largest)
        smtputf8 = "SMTPUTF8" in parameters
        if not path.text.isascii() and not smtputf8:
            raise RefusedError(_NEEDS_UTF8)
        self.begun, self.mail_from, self.smtputf8 = True, path.text, smtputf8

    def add(self, argument: str | None, *, mailboxes: Mailboxes | None, most: int) -> None:
        """Take the argument of RCPT.

        :param mailboxes: those we answer for; None if that is not known yet.
        :param most: recipients that a mail may have.
        :raises RefusedError: it is not taken; nothing has changed.
        """
        if not self.begun:
            raise RefusedError("503 5.5.1 MAIL first")
        try:
            path, parameters = parse(argument, "TO")
        except PathError:
            raise RefusedError("501 5.1.3 Syntax: RCPT TO:<address>") from None
        if not path.text:
            raise RefusedError("501 5.1.3 The null address receives no mail")
        if parameters:
            raise RefusedError("555 5.5.4 Parameter not recognized")
        if len(self.rcpt_tos) >= most:
            # RFC 5321 4.5.3.1.10: the client sends the mail to the rest in its next transaction.
            raise RefusedError("452 4.5.3 Too many recipients")
        if mailboxes is None:
            raise RefusedError("451 4.3.0 Not ready yet, please try again later")
        self.mailboxes.append(self._mailbox(path, mailboxes))
        self.rcpt_tos.append(path.text)

    def _mailbox(self, path: Path, mailboxes: Mailboxes) -> str:
        if path.asks_to_relay:
            raise RefusedError(_NO_RELAY)
        if not path.text.isascii() and not self.smtputf8:
            raise RefusedError(_NEEDS_UTF8)
        mailbox = mailboxes.match(path.local, path.domain) or mailboxes.match_answer(
            path.local, path.domain, bounce=not self.mail_from
        )
        if mailbox is not None:
            if mailboxes.is_paused(mailbox):
                raise RefusedError(PAUSED)
            return mailbox
        if path.domain and not mailboxes.has_domain(path.domain):
            raise RefusedError(_NO_RELAY)
        raise RefusedError("550 5.1.1 No such mailbox here")


def _check_mail_parameters(parameters: dict[str, str], largest: int) -> None:
    if parameters.keys() - {"SIZE", "BODY", "SMTPUTF8"}:
        raise RefusedError("555 5.5.4 Parameter not recognized")
    if "BODY" in parameters and parameters["BODY"].upper() not in ("7BIT", "8BITMIME"):
        raise RefusedError("501 5.5.4 BODY is 7BIT or 8BITMIME")
    if parameters.get("SMTPUTF8"):
        raise RefusedError("501 5.5.4 SMTPUTF8 takes no value")
    # RFC 1870: up to twenty digits.
    size = bounded_int(parameters.get("SIZE", "0"), most=10**20 - 1)
    if size is None:
        raise RefusedError("501 5.5.4 SIZE is a number of bytes")
    if size > largest:
        raise RefusedError(TOO_LARGE)
