"""Which server takes the mail that an account sends, by the server that has its mail.

Like :mod:`helpdesk.imap.hosters`, whose rows name the pages that say so, they were written down
from memory: a server is tried before it is saved, so a row that is out of date is found out then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from helpdesk.imap import discovery
from helpdesk.imap.account import Tls
from helpdesk.imap.hosters import hoster_behind, hoster_of


@dataclass(frozen=True)
class SendingServer:
    """A server that takes mail from its users."""

    host: str
    port: int = 465
    tls: Tls = Tls.IMPLICIT
    keeps_copy: bool = False
    """Whether it puts what it takes into the account's folder of sent mail by itself."""
    per_minute: int = 0
    """The most mails a minute that it takes; 0: not known."""


@dataclass(frozen=True)
class FoundSending:
    """Where an account's mail is to be handed over, and by what that is known."""

    server: SendingServer
    why: str


SENDING_SERVERS = {
    "imap.gmail.com": SendingServer("smtp.gmail.com", 587, Tls.STARTTLS, keeps_copy=True),
    "outlook.office365.com": SendingServer(
        "smtp.office365.com", 587, Tls.STARTTLS, keeps_copy=True, per_minute=30
    ),
    "imap.mail.yahoo.com": SendingServer("smtp.mail.yahoo.com"),
    "imap.aol.com": SendingServer("smtp.aol.com"),
    "imap.mail.me.com": SendingServer("smtp.mail.me.com", 587, Tls.STARTTLS),
    "imap.gmx.net": SendingServer("mail.gmx.net"),
    "imap.gmx.com": SendingServer("mail.gmx.com"),
    "imap.web.de": SendingServer("smtp.web.de", 587, Tls.STARTTLS),
    "imap.mail.com": SendingServer("smtp.mail.com"),
    "secureimap.t-online.de": SendingServer("securesmtp.t-online.de"),
    "mx.freenet.de": SendingServer("mx.freenet.de", 587, Tls.STARTTLS),
    "imap.mailbox.org": SendingServer("smtp.mailbox.org"),
    "posteo.de": SendingServer("posteo.de"),
    "imap.ionos.de": SendingServer("smtp.ionos.de"),
    "imap.ionos.com": SendingServer("smtp.ionos.com"),
    "imap.strato.de": SendingServer("smtp.strato.de"),
    "mail.your-server.de": SendingServer("mail.your-server.de"),
    "imap.fastmail.com": SendingServer("smtp.fastmail.com"),
    "imap.zoho.com": SendingServer("smtp.zoho.com"),
    "imap.zoho.eu": SendingServer("smtp.zoho.eu"),
    "imap.yandex.com": SendingServer("smtp.yandex.com"),
    "imap.mail.ru": SendingServer("smtp.mail.ru"),
    "ssl0.ovh.net": SendingServer("ssl0.ovh.net"),
    "mail.gandi.net": SendingServer("mail.gandi.net"),
    "mail.infomaniak.com": SendingServer("mail.infomaniak.com"),
    "imap.orange.fr": SendingServer("smtp.orange.fr"),
    "imap.free.fr": SendingServer("smtp.free.fr"),
    "imap.laposte.net": SendingServer("smtp.laposte.net"),
    "imaps.aruba.it": SendingServer("smtps.aruba.it"),
    "imapmail.libero.it": SendingServer("smtp.libero.it"),
    "imap.wp.pl": SendingServer("smtp.wp.pl"),
    "imap.seznam.cz": SendingServer("smtp.seznam.cz"),
    "imaps.bluewin.ch": SendingServer("smtpauths.bluewin.ch"),
    "imap.hostinger.com": SendingServer("smtp.hostinger.com"),
    "mail.privateemail.com": SendingServer("mail.privateemail.com"),
    "imap.secureserver.net": SendingServer("smtpout.secureserver.net"),
    "secure.emailsrvr.com": SendingServer("secure.emailsrvr.com"),
    "imap.dreamhost.com": SendingServer("smtp.dreamhost.com"),
    "imap.migadu.com": SendingServer("smtp.migadu.com"),
    "imap.mailfence.com": SendingServer("smtp.mailfence.com"),
    "imap.one.com": SendingServer("send.one.com"),
    "mailcluster.loopia.se": SendingServer("mailcluster.loopia.se"),
}
"""By the hoster's IMAP server."""

Ask = Callable[[str, str], Sequence[str]]


def known_sending(address: str, fetched_from: str = "") -> FoundSending | None:
    """Return the server that is known without asking anybody; None where none is.

    :param fetched_from: the server that the account's mail is fetched from, where it is.
    """
    if known := SENDING_SERVERS.get(fetched_from):
        return FoundSending(known, f"its mail is at {fetched_from}")
    domain = _domain(address)
    hoster = hoster_of(domain)
    if hoster and (known := SENDING_SERVERS.get(hoster.host)):
        return FoundSending(known, f"addresses of {domain} are there")
    return None


def find_sending(
    address: str, fetched_from: str = "", ask: Ask | None = None
) -> FoundSending | None:
    """Return the server that takes the mail of an address; None where nothing says which.

    :param ask: DNS as this machine has it, if not given.
    """
    if found := known_sending(address, fetched_from):
        return found
    domain, ask = _domain(address), ask or discovery.look_up
    if "." not in domain:
        return None
    # RFC 6409 and 8314: priority, weight, port, target; “.” says that there is none.
    for service, tls in (("_submissions", Tls.IMPLICIT), ("_submission", Tls.STARTTLS)):
        for record in sorted(ask(f"{service}._tcp.{domain}", "SRV"), key=_priority):
            words = record.split()
            if len(words) == 4 and words[3] != "." and words[2].isdigit():
                server = SendingServer(words[3].rstrip(".").lower(), int(words[2]), tls)
                return FoundSending(server, f"{domain} says so (SRV)")
    for record in sorted(ask(domain, "MX"), key=_priority):
        exchanger = record.split()[-1]
        hoster = hoster_behind(exchanger)
        if hoster and (known := SENDING_SERVERS.get(hoster.host)):
            why = f"the mail of {domain} goes to {exchanger.rstrip('.')}"
            return FoundSending(known, why)
    return None


def keeps_copy(host: str) -> bool:
    """Whether a server that takes mail keeps a copy of it in the account by itself."""
    return any(one.keeps_copy for one in SENDING_SERVERS.values() if one.host == host)


def is_same_hoster(host: str, fetched_from: str) -> bool:
    """Whether the server that takes mail is plainly of the hoster that mail is fetched from: the
    password for the one may go to the other.

    It is known to be; or it has the same name, but for a service's word (imap.… and smtp.…).
    """
    known = SENDING_SERVERS.get(fetched_from)
    if host == fetched_from or (known is not None and known.host == host):
        return True
    (first, _, rest), (second, _, other_rest) = host.partition("."), fetched_from.partition(".")
    return "." in rest and rest == other_rest and {first, second} <= _SERVICES


_SERVICES = {"imap", "imaps", "mail", "smtp", "smtps", "pop", "pop3", "mx", "in", "out"}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().rstrip(".").lower()


def _priority(record: str) -> int:
    first = record.split()[0]
    return int(first) if first.isdigit() else 0
