"""The certificate that mail comes in with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands.checkup import certificate
from tests.conftest import MakeSettings
from tests.support.relay import make_certificate


def test_a_certificate_that_ends_soon_has_ended_or_is_none(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    cert, key = make_certificate(tmp_path)
    settings = make_settings(SMTP_TLS_CERT=str(cert), SMTP_TLS_KEY=str(key))
    now = datetime.now(UTC)
    ends = certificate._good_until(cert, key)
    assert certificate.certificate(settings, ends - timedelta(days=15)).state == "ok"
    assert certificate.certificate(settings, ends - timedelta(days=13)).state == "warn"
    cert.write_text("no certificate")
    assert certificate.certificate(settings, now).state == "fail"
