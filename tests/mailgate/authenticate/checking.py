"""A sender checked by ourselves, against a zone of the tests' own."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.settings import Settings
from mailgate.authenticate import Authentication, Authenticator
from mailgate.spool.spool import Envelope
from tests.mailgate.authenticate.zone import (
    ENVELOPE,
    Zone,
    parsed,
)

FROM_THE_NET = ENVELOPE


FROM_HERE = replace(ENVELOPE, peer="127.0.0.1")


class Check:
    """``check(raw, zone, envelope)``: the verdict."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, raw: bytes, zone: Zone, via: Envelope = FROM_THE_NET) -> Authentication:
        authenticator = Authenticator(self._settings, zone)
        try:
            return authenticator.submit(raw, via, parsed(raw)).result(timeout=10)
        finally:
            authenticator.close()
