"""The mailbox's name, colour and logo on customers' pages."""

from __future__ import annotations

import re

from helpdesk.models import Mailbox
from tests.web.conftest import PNG, Browser, Desk


def test_the_pages_wear_the_mailboxs_name_colour_and_logo(
    desk: Desk, anonymous: Browser, agent: Browser
) -> None:
    with desk.database.transaction() as session:
        mailbox = session.get_one(Mailbox, 1)
        mailbox.colour, mailbox.logo_sha256 = "#ffcc00", desk.blobs.put(PNG)
    page = anonymous.get(f"/t/{desk.token()}").text
    style, logo = (re.search(rf'"(/brand/1[^"]*{end}[^"]*)"', page) for end in ("css", "logo"))
    assert style
    assert logo
    assert 'alt="The Shop"' in page
    colours = anonymous.get(style[1])
    assert "--accent-fill: #ffcc00;" in colours.text
    assert "--on-accent: #14181d;" in colours.text, "black reads on yellow"
    assert "immutable" in colours.headers["Cache-Control"]
    assert anonymous.get(logo[1]).data == PNG
    assert anonymous.get("/brand/2.css").status_code == 404
    assert anonymous.get("/brand/2/logo").status_code == 404
