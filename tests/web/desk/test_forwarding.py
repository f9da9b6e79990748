"""The page that forwards a message."""

from __future__ import annotations

import re

from sqlalchemy import select

from helpdesk.models import OutboundMail
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import comments, path


def test_a_message_is_forwarded_from_its_own_menu(desk: Desk, agent: Browser) -> None:
    page = agent.get(path(desk)).text
    address = re.findall(rf'href="({path(desk)}/forward/\d+)">Forward', page)[0]
    form = agent.get(address)
    assert form.status_code == 200
    assert "where only staff see it" in form.text
    refused = agent.post(address, address, to="nobody", note="Which batch?")
    assert refused.status_code == 422
    assert "“nobody” is not a mail address" in refused.text
    assert "Which batch?" in refused.text
    done = agent.post(address, address, to="batches@factory.example", note="Which *batch*?")
    assert done.status_code == 303
    shown = agent.get(path(desk)).text
    assert "The customer sees neither this nor the answer to it." in shown
    assert "batches@factory.example" in shown
    assert "Which <em>batch</em>?" in shown
    with desk.database.reading() as session:
        sent = session.scalars(
            select(OutboundMail).where(OutboundMail.template == "message_forwarded_outside")
        ).one()
        assert sent.recipient == "batches@factory.example"


def test_what_cannot_be_forwarded_leads_back(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/note"), path(desk), comment="Theirs?")
    note = comments(desk)[-1].id
    assert f"/forward/{note}" not in agent.get(path(desk)).text
    assert agent.get(path(desk, f"/forward/{note}")).status_code == 303
    assert "Internal notes stay inside" in agent.get(path(desk)).text
    assert agent.get(path(desk, "/forward/999999")).status_code == 404
