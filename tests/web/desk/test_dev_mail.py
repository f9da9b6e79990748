"""The mails that were captured instead of sent."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from helpdesk.settings import Relay
from jobs.relay import CaptureRelay
from tests.web.conftest import Browser, Desk


def test_captured_mails_are_shown_as_html_text_and_source(
    desk: Desk, admin: Browser, agent: Browser, app: Flask
) -> None:
    relay = CaptureRelay(desk.settings.sent_dir)
    for n in (1, 2):
        content = b"Subject: Mail %d\r\nContent-Type: text/html\r\n\r\n<b>hi</b>\r\n" % n
        relay.send("s@shop.example", "ann@example.org", content)
    page = admin.get("/desk/dev/mail").text
    assert page.index("Mail 2") < page.index("Mail 1"), "newest first"
    name = next(Path(desk.settings.sent_dir, "new").iterdir()).name
    address = f"/desk/dev/mail?mail={name}"
    assert "<iframe" in admin.get(address).text
    assert "&lt;b&gt;hi&lt;/b&gt;" in admin.get(address + "&as=raw").text
    frame = admin.get(address + "&as=frame")
    assert frame.text.strip() == "<b>hi</b>"
    assert frame.headers["Content-Security-Policy"].startswith("sandbox ")
    for wrong in ("../../secret_key", "1.P1Q1.postdesk", "%00"):
        assert admin.get(f"/desk/dev/mail?mail={wrong}").status_code == 404
    # Among them are links that sign in whoever opens them: an agent must not become an admin.
    for path in ("/desk/dev/mail", address, address + "&as=raw", address + "&as=frame"):
        assert agent.get(path).status_code == 404
    assert "Captured mails" in admin.get("/desk/outbox").text
    assert "Captured mails" not in agent.get("/desk/outbox").text
    from dataclasses import replace

    store = app.extensions["postdesk"]
    store.settings = replace(store.settings, relay=Relay("smtp", "relay.test", 25))
    assert admin.get("/desk/dev/mail").status_code == 404
