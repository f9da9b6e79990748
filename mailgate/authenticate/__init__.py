"""Who sent this mail? SPF, DKIM and DMARC, or the word of a front server, make a verdict.

    authenticator = Authenticator(settings)
    answer = authenticator.submit(raw, envelope, parsed)  # a Future, done at once where it can be
    answer.result().verdict  # pass, fail, none or unknown

:mod:`front` believes a front server, :mod:`own_checks` checks by itself, :mod:`pool` runs either
while the filer goes on.
"""

from mailgate.authenticate.pool import Authenticator
from mailgate.authenticate.resolver import DnsResolver, LookupFailed, Resolver
from mailgate.authenticate.verdict import Authentication

__all__ = ["Authentication", "Authenticator", "DnsResolver", "LookupFailed", "Resolver"]
