"""The certificate that mail comes in with: whether it fits its key, and for how long it is good."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands.checkup.findings import Finding, fail, ok, warn
from helpdesk.settings import Settings

NAME = "TLS for mail in"
RENEW_WITHIN = timedelta(days=14)


def certificate(settings: Settings, now: datetime) -> Finding:
    """Whether mail may come in over TLS, and for how long still."""
    path = settings.smtp_tls_cert
    outside = [
        listen
        for listen in settings.smtp_listen
        if not listen.path and not listen.host.startswith(("127.", "::1", "localhost"))
    ]
    if path is None and not outside:
        return ok(NAME, "not needed: mail comes from this machine only")
    if path is None:
        advice = "set POSTDESK_SMTP_TLS_CERT and POSTDESK_SMTP_TLS_KEY"
        return warn(NAME, f"not offered on {outside[0]}", advice)
    try:
        ends = _good_until(path, settings.smtp_tls_key)
    except (OSError, ValueError) as problem:
        words = getattr(problem, "verify_message", "") or str(problem)
        return fail(NAME, f"{path} cannot be used ({words})", "renew it, and see that its key fits")
    if ends - now < RENEW_WITHIN:
        return warn(NAME, f"its certificate ends on {ends:%Y-%m-%d}", "renew it")
    return ok(NAME, f"its certificate is good until {ends:%Y-%m-%d}")


def _good_until(path: Path, key: Path | None) -> datetime:
    """When it ends, as a client sees it: a handshake with ourselves, in memory.

    :raises OSError: it cannot be read, does not fit the key, or has ended.
    """
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(path, key)
    client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Who signed it is the clients' business: here it may vouch for itself.
    client_side.check_hostname = False
    client_side.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client_side.load_verify_locations(path)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(back, there)
    server = server_side.wrap_bio(there, back, server_side=True)
    for _ in range(5):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    read = client.getpeercert()
    if not read:
        raise ValueError("its handshake does not end")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(read["notAfter"])), UTC)
