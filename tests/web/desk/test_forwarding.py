"""The page that forwards a message."""

from __future__ import annotations

import re

from sqlalchemy import select

from helpdesk.models import OutboundMail, Person, Ticket
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import plain_body
from helpdesk.vocabulary import Source
from tests.support.clock import FakeClock
from tests.support.factories import NOW
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


def test_what_is_written_with_it_is_kept(
    desk: Desk, agent: Browser, admin: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        body = plain_body("It came in two parts.")
        ticket = session.get_one(Ticket, desk.ticket.id)
        add_comment(session, ticket, CommentDraft(desk.ann.id, body, Source.MAIL), clock.now)
    page = agent.get(path(desk)).text
    first, second = re.findall(rf'href="({path(desk)}/forward/\d+)">Forward', page)[:2]
    agent.post(f"{first}/draft", first, to="batches@factory.example", note="Which batch?", file=[])
    kept = agent.get(first).text
    assert 'value="batches@factory.example"' in kept
    assert "Which batch?" in kept
    assert 'name="file"' not in kept or " checked" not in kept.partition("forwarded-files")[2]
    other = agent.get(second).text
    assert "You have begun to forward another message" in other
    assert f'href="{first}"' in other
    assert "data-draft=" not in other
    assert "Which batch?" not in admin.get(first).text
    assert "has begun to forward a message" in admin.get(path(desk)).text
    agent.post(second, second, to="else@factory.example", note="Another one.")
    assert "Which batch?" in agent.get(first).text, "it is of another message"
    agent.post(first, first, to="batches@factory.example", note="Which batch?")
    assert "Which batch?" not in agent.get(first).text.partition("forwarded")[0]
    agent.post(f"{first}/draft", first, to="x@factory.example", note="")
    agent.post(f"{first}/draft", first, to=" ", note="")
    assert "Draft</span>" not in agent.get(first).text, "nothing is left of it"


def test_undo_leads_to_its_form_with_all_that_was_typed(desk: Desk, agent: Browser) -> None:
    with desk.database.transaction() as session:
        body = plain_body("It came in two parts.")
        ticket = session.get_one(Ticket, desk.ticket.id)
        add_comment(session, ticket, CommentDraft(desk.ann.id, body, Source.MAIL), NOW)
        for person in session.scalars(select(Person)):
            person.undo_seconds = 30
    page = agent.get(path(desk)).text
    first, second = re.findall(rf'href="({path(desk)}/forward/\d+)">Forward', page)[:2]
    form = {"to": "batches@factory.example, kim@factory.example", "note": "Which batch?"}
    agent.post(first, first, **form)
    undone = agent.post(path(desk, "/undo"), path(desk), comment=str(comments(desk)[-1].id))
    assert undone.location.endswith(first)
    back = agent.get(first).text
    assert f'value="{form["to"]}"' in back
    assert "\nWhich batch?</textarea>" in back

    agent.post(first, first, **form)
    sent = comments(desk)[-1].id
    agent.post(f"{second}/draft", second, to="else@factory.example", note="Another one.")
    undone = agent.post(path(desk, "/undo"), path(desk), comment=str(sent))
    assert undone.location.endswith(f"{path(desk)}#composer"), "another one is being forwarded"
    assert "Your note, an internal one now, is in the composer again." in agent.get(path(desk)).text
    assert "Another one." in agent.get(second).text


def test_whoever_may_only_read_gets_no_form(desk: Desk, agent: Browser) -> None:
    address = re.findall(rf'href="({path(desk)}/forward/\d+)">Forward', agent.get(path(desk)).text)[
        0
    ]
    with desk.database.transaction() as session:
        session.get_one(Person, desk.bo.id).mailbox_rights = {str(desk.ticket.mailbox_id): "see"}
    shown = agent.get(address)
    assert shown.status_code == 404
    assert "where only staff see it" not in shown.text
