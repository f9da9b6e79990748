"""SPF (RFC 7208): may this server send for the envelope's domain? Evaluated by pyspf."""

from __future__ import annotations

import functools
from typing import Any

from mailgate.authenticate.domains import ascii_domain, domain_of
from mailgate.authenticate.resolver import LookupFailed, Lookups
from mailgate.spool.spool import Envelope


def spf_domain(envelope: Envelope) -> str:
    """The domain that SPF speaks of: MAIL FROM's, or HELO's for the null sender (RFC 7208 2.4)."""
    if envelope.mail_from:
        return domain_of(envelope.mail_from)
    return ascii_domain(envelope.helo)


def check_sender(envelope: Envelope, lookups: Lookups) -> str:
    """A result of RFC 7208 2.6: none, neutral, pass, fail, softfail, temperror or permerror."""
    domain = spf_domain(envelope)
    if not domain:
        return "none"
    local = envelope.mail_from.rpartition("@")[0]
    sender = f"{local if local.isascii() and local else 'postmaster'}@{domain}"
    try:
        query = _query_class()(envelope.peer, sender, ascii_domain(envelope.helo) or domain)
        query.lookups_of_mail = lookups
        return str(query.check()[0])
    except Exception:  # pyspf asserts and indexes in what strangers publish
        return "permerror"


@functools.cache
def _query_class() -> type[Any]:
    """pyspf's query with our look-ups. Imported only where a mail needs it (60 ms)."""
    import spf

    class Query(spf.query):
        lookups_of_mail: Lookups

        def dns(
            self, name: str, qtype: Any, cnames: object = None, ignore_void: bool = False
        ) -> list[Any]:
            """What pyspf's own does, by our resolver: it follows CNAMEs, and keeps the deadline."""
            try:
                found = self.lookups_of_mail.find(str(name), qtype)
            except LookupFailed as problem:
                raise spf.TempError(str(problem)) from None
            if not found and not ignore_void:
                self.void_lookups += 1
                if self.void_lookups > spf.MAX_VOID_LOOKUPS:  # RFC 7208 4.6.4
                    raise spf.PermError("too many names that do not exist")
            if qtype == "TXT":
                return [(text.encode("latin-1"),) for text in found]
            if qtype == "MX":
                pairs = [text.partition(" ") for text in found]
                return [(int(preference), host) for preference, _, host in pairs]
            return list(found)

        def get_explanation(self, spec: object) -> str:
            """The domain's own words for a refusal: not shown, so not looked up."""
            return ""

    return Query
