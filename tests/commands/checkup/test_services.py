"""What Postdesk works with: the relay."""

from __future__ import annotations

from commands.checkup import services
from tests.conftest import MakeSettings
from tests.support.relay import ScriptedRelay


def test_a_relay_that_wants_another_password(make_settings: MakeSettings) -> None:
    with ScriptedRelay(extensions=("AUTH PLAIN LOGIN",)) as relay:
        relay.always("auth", "535 5.7.8 wrong password")
        url = relay.url.replace("//", "//ann:secret@")
        settings = make_settings(RELAY_URL=url)
        finding = services.relay(settings.relay, settings)
    assert finding.state == "fail"
    assert "535 5.7.8 wrong password" in finding.text
    assert "secret" not in finding.text
