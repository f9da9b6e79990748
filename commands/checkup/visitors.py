"""Whether the web tells visitors apart, or takes a proxy for all of them."""

from __future__ import annotations

from ipaddress import ip_address

from commands.checkup.findings import Finding, ok, warn
from helpdesk.settings import Settings
from web.visits import SEVERAL, VisitedHour, last_day, visits_folder

FEW = 20
"""Visits of a day that say nothing: somebody looks round."""
_LOCAL = ("localhost", "127.0.0.1", "::1")
_ADVICE = "see docs/operating/proxy.md: as it is, all share one budget of forms and of passwords"


def visitors(settings: Settings) -> Finding:
    """Whether all visits of the last day came from one address that looks like a proxy's."""
    seen = last_day(visits_folder(settings))
    if seen is None:
        return ok("visitors", "nobody came in the last day")
    if seen.address == SEVERAL:
        return ok(
            "visitors", f"{seen.visits:,} visits of the last day, told apart by their address"
        )
    if seen.unbelieved:
        return warn(
            "visitors",
            f"all {seen.visits:,} visits of the last day came from {seen.address}, which names "
            "others in X-Forwarded-For and is not trusted",
            f"if it is your proxy, add it to POSTDESK_TRUSTED_PROXIES; {_ADVICE}",
        )
    if _may_be_a_proxy(seen, settings):
        return warn(
            "visitors",
            f"all {seen.visits:,} visits of the last day came from {seen.address}",
            f"if that is your proxy, have it send X-Forwarded-For; {_ADVICE}",
        )
    return ok("visitors", f"{seen.visits:,} visits of the last day, from one address")


def _may_be_a_proxy(seen: VisitedHour, settings: Settings) -> bool:
    """On the network of this machine, in a place that others are to come to."""
    if seen.visits < FEW or settings.public_host in _LOCAL:
        return False
    try:
        return ip_address(seen.address).is_private
    except ValueError:
        return False
