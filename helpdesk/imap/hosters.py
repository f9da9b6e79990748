"""Where mail accounts are, by the domain of an address or by who takes a domain's mail.

Each row names the pages of the hoster that say so. They were written down from memory, not asked
over the network: an account is looked into before it is saved, so a row that is out of date is
found out then. All are encrypted from the first byte, on port 993.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Hoster:
    """One hoster."""

    host: str
    """Of its IMAP server."""
    domains: tuple[str, ...]
    """Addresses that it gives out; none where it serves domains of others alone."""
    exchangers: tuple[str, ...]
    """Endings of its MX records' names, by which a domain of somebody's own is known."""
    source: str
    """Whose pages have it."""


HOSTERS = (
    Hoster("imap.gmail.com", ("gmail.com", "googlemail.com"), ("google.com", "googlemail.com"), "support.google.com"),
    Hoster("outlook.office365.com", ("outlook.com", "hotmail.com", "live.com", "msn.com"), ("mail.protection.outlook.com", "mx.microsoft"), "support.microsoft.com"),
    Hoster("imap.mail.yahoo.com", ("yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.co.uk", "ymail.com"), ("yahoodns.net",), "help.yahoo.com"),
    Hoster("imap.aol.com", ("aol.com",), (), "help.aol.com"),
    Hoster("imap.mail.me.com", ("icloud.com", "me.com", "mac.com"), ("mail.icloud.com",), "support.apple.com"),
    Hoster("imap.gmx.net", ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"), (), "hilfe.gmx.net"),
    Hoster("imap.gmx.com", ("gmx.com",), (), "support.gmx.com"),
    Hoster("imap.web.de", ("web.de",), (), "hilfe.web.de"),
    Hoster("imap.mail.com", ("mail.com",), (), "support.mail.com"),
    Hoster("secureimap.t-online.de", ("t-online.de",), (), "telekom.de/hilfe"),
    Hoster("mx.freenet.de", ("freenet.de",), (), "kundenservice.freenet.de"),
    Hoster("imap.mailbox.org", ("mailbox.org",), ("mailbox.org",), "kb.mailbox.org"),
    Hoster("posteo.de", ("posteo.de", "posteo.net"), (), "posteo.de/hilfe"),
    Hoster("imap.ionos.de", (), ("kundenserver.de", "ionos.de"), "ionos.de/hilfe"),
    Hoster("imap.ionos.com", (), ("ionos.com", "1and1.com"), "ionos.com/help"),
    Hoster("imap.strato.de", (), ("rzone.de",), "strato.de/faq"),
    Hoster("mail.your-server.de", (), ("your-server.de",), "docs.hetzner.com"),
    Hoster("imap.fastmail.com", ("fastmail.com", "fastmail.fm"), ("messagingengine.com",), "fastmail.help"),
    Hoster("imap.zoho.com", ("zohomail.com", "zoho.com"), ("zoho.com",), "zoho.com/mail/help"),
    Hoster("imap.zoho.eu", ("zohomail.eu",), ("zoho.eu",), "zoho.com/mail/help"),
    Hoster("imap.yandex.com", ("yandex.com", "yandex.ru"), ("yandex.net", "yandex.ru"), "yandex.com/support/mail"),
    Hoster("imap.mail.ru", ("mail.ru", "bk.ru", "inbox.ru", "list.ru"), ("mail.ru",), "help.mail.ru"),
    Hoster("ssl0.ovh.net", (), ("mail.ovh.net", "ovh.net"), "help.ovhcloud.com"),
    Hoster("mail.gandi.net", (), ("mail.gandi.net",), "docs.gandi.net"),
    Hoster("mail.infomaniak.com", ("ik.me",), ("infomaniak.ch", "infomaniak.com"), "infomaniak.com/support"),
    Hoster("imap.orange.fr", ("orange.fr", "wanadoo.fr"), (), "assistance.orange.fr"),
    Hoster("imap.free.fr", ("free.fr",), (), "assistance.free.fr"),
    Hoster("imap.laposte.net", ("laposte.net",), (), "aide.laposte.net"),
    Hoster("imaps.aruba.it", (), ("aruba.it",), "guide.aruba.it"),
    Hoster("imapmail.libero.it", ("libero.it",), (), "aiuto.libero.it"),
    Hoster("imap.wp.pl", ("wp.pl",), (), "pomoc.wp.pl"),
    Hoster("imap.seznam.cz", ("seznam.cz", "email.cz"), ("seznam.cz",), "napoveda.seznam.cz"),
    Hoster("imaps.bluewin.ch", ("bluewin.ch",), (), "swisscom.ch/hilfe"),
    Hoster("imap.hostinger.com", (), ("hostinger.com",), "support.hostinger.com"),
    Hoster("mail.privateemail.com", (), ("privateemail.com",), "namecheap.com/support"),
    Hoster("imap.secureserver.net", (), ("secureserver.net",), "godaddy.com/help"),
    Hoster("secure.emailsrvr.com", (), ("emailsrvr.com",), "docs.rackspace.com"),
    Hoster("imap.dreamhost.com", (), ("dreamhost.com",), "help.dreamhost.com"),
    Hoster("imap.migadu.com", (), ("migadu.com",), "migadu.com/guides"),
    Hoster("imap.mailfence.com", ("mailfence.com",), ("mailfence.com",), "kb.mailfence.com"),
    Hoster("imap.one.com", (), ("one.com",), "help.one.com"),
    Hoster("mailcluster.loopia.se", (), ("loopia.se",), "support.loopia.com"),
)  # fmt: skip


def hoster_of(domain: str) -> Hoster | None:
    """The hoster that gives out addresses of this domain."""
    return _by_domain().get(domain.lower())


def hoster_behind(exchanger: str) -> Hoster | None:
    """The hoster that a name of an MX record belongs to."""
    name = f".{exchanger.lower().rstrip('.')}"
    for hoster in HOSTERS:
        if any(name.endswith(f".{ending}") for ending in hoster.exchangers):
            return hoster
    return None


@cache
def _by_domain() -> dict[str, Hoster]:
    return {domain: hoster for hoster in HOSTERS for domain in hoster.domains}
