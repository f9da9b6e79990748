"""Side conversations on a ticket's page: written, answered, taken back, sent on; and kept apart."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from sqlalchemy import select

from helpdesk.models import Comment, OutboundMail, SideConversation, SidePerson, Ticket
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import plain_body
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import comments, path

CARRIER = "info@carrier.example"


def begin(desk: Desk, agent: Browser, **changed: Any) -> Any:
    given = {"to": CARRIER, "subject": "Parcel 1Z99", "comment": "Where *is* it?"}
    return agent.post(path(desk, "/side/0"), path(desk), **{**given, **changed})


def answer(desk: Desk, text: str = "At the depot, reply code 77.") -> SideConversation:
    with desk.database.reading() as session:
        side = session.scalars(select(SideConversation)).one()
        template = OutboundMail.template == "side_message_outside"
        sent = session.scalars(select(OutboundMail).where(template)).one()
    receive(desk.database, mail(CARRIER, text=text, to=(sent.reply_to,), verdict="pass"), NOW)
    return side


def test_it_is_begun_answered_and_written_on(desk: Desk, agent: Browser) -> None:
    assert "New side conversation" in agent.get(path(desk)).text
    assert begin(desk, agent).status_code == 303
    shown = agent.get(path(desk)).text
    assert "Side conversation with <b><bdi>info</bdi>" in shown
    assert "Where <em>is</em> it?" in shown
    block = shown.partition('class="side-block"')[2]
    assert "Internal note by" not in block
    side = answer(desk)
    shown = agent.get(path(desk)).text
    assert f'id="side-{side.id}" open' in shown
    assert "they answered" in shown
    assert "Add info to this ticket" not in shown
    more = agent.post(path(desk, f"/side/{side.id}"), path(desk), comment="Send it on, please.")
    assert more.status_code == 303
    shown = agent.get(path(desk)).text
    assert f'id="side-{side.id}">' in shown
    assert "we wrote" in shown
    (asked,) = re.findall('class="quiet">(\\d) messages · we wrote', shown)
    assert asked == "3"


def test_who_is_in_it_is_not_offered_for_the_ticket(desk: Desk, agent: Browser) -> None:
    begin(desk, agent)
    with desk.database.transaction() as session:
        carrier_id = session.scalars(select(SidePerson.person_id)).one()
        ticket = session.get_one(Ticket, desk.ticket.id)
        body = plain_body("Written beside it.")
        add_comment(session, ticket, CommentDraft(carrier_id, body, "mail", internal=True), NOW)
    shown = agent.get(path(desk)).text
    assert "Written beside it." in shown
    assert "Add info to this ticket" not in shown


def test_the_customer_sees_nothing_of_it(desk: Desk, agent: Browser, anonymous: Browser) -> None:
    begin(desk, agent)
    answer(desk)
    page = anonymous.get(f"/t/{desk.token()}").text
    assert desk.ticket.number in page
    for secret in ("depot", "carrier", "1Z99", "reply code"):
        assert secret not in page, secret


def test_neither_paper_nor_pack_has_anything_of_it(desk: Desk, agent: Browser) -> None:
    begin(desk, agent)
    answer(desk)
    told = agent.get(path(desk, "/print?notes=yes")).text
    for notes in ("", "yes"):
        pack = agent.post(path(desk, "/dispute-pack"), path(desk), notes=notes)
        with ZipFile(BytesIO(pack.get_data())) as files:
            names = files.namelist()
            told += "\n".join(files.read(name).decode("utf-8", "replace") for name in names)
    assert desk.ticket.number in told
    for secret in ("depot", "carrier", "1Z99", "reply code"):
        assert secret not in told, secret


def test_what_cannot_be_sent_stays_with_the_reason(desk: Desk, agent: Browser) -> None:
    refused = begin(desk, agent, to="ann@shop.example")
    assert refused.status_code == 422
    assert "is on this ticket" in refused.text
    assert "Where *is* it?" in refused.text
    assert 'id="tab-side" checked' in refused.text
    receive(desk.database, mail("bob@mail.example"), NOW)
    asked = begin(desk, agent, to="bob@mail.example")
    assert "bob@mail.example is a customer of ours" in asked.text
    known = re.findall('name="known_customer" value="([^"]+)"', asked.text)
    assert begin(desk, agent, to="bob@mail.example", known_customer=known).status_code == 303


def test_what_is_written_is_kept_for_each(desk: Desk, agent: Browser) -> None:
    begin(desk, agent)
    side = answer(desk)
    agent.post(path(desk, "/side/0/draft"), path(desk), to="a@b.example", comment="For another")
    one = path(desk, f"/side/{side.id}/draft")
    kept = agent.post(one, path(desk), to=CARRIER, comment="For them")
    assert kept.headers["X-Draft"] == "kept"
    by_button = agent.post(one, path(desk), to=CARRIER, comment="For them, more", keep="yes")
    assert by_button.headers["Location"].endswith(f"?side={side.id}#composer")
    shown = agent.get(path(desk)).text
    assert 'value="a@b.example"' in shown
    assert "For another" in shown
    assert "For them, more" in shown
    agent.post(path(desk, f"/side/{side.id}"), path(desk), comment="For them, more")
    shown = agent.get(path(desk)).text
    assert "\nFor them, more</textarea>" not in shown
    assert "\nFor another</textarea>" in shown


def test_it_is_taken_back_until_it_leaves(desk: Desk, agent: Browser) -> None:
    begin(desk, agent)
    made = comments(desk)[-1]
    assert made.leaves_at
    undone = agent.post(path(desk, "/undo"), path(desk), comment=str(made.id))
    assert undone.headers["Location"].endswith("?side=0#composer")
    shown = agent.get(path(desk) + "?side=0").text
    assert "\nWhere *is* it?</textarea>" in shown
    assert 'value="Parcel 1Z99"' in shown
    assert "side-block" not in shown


def test_an_answer_is_sent_on_by_hand_and_as_a_draft(desk: Desk, agent: Browser) -> None:
    begin(desk, agent)
    side = answer(desk)
    heard = comments(desk)[-1]
    address = path(desk, f"/side/{side.id}/send-on")
    assert agent.post(address, path(desk), comment=str(heard.id)).status_code == 303
    shown = agent.get(path(desk)).text
    assert "\n&gt; At the depot, reply code 77.</textarea>" in shown
    first = comments(desk)[0]
    assert agent.post(address, path(desk), comment=str(first.id)).status_code == 404


def test_files_of_the_ticket_are_offered(desk: Desk, agent: Browser) -> None:
    agent.post(
        path(desk, "/note"),
        path(desk),
        comment="The label.",
        files=(BytesIO(b"%PDF"), "label.pdf"),
    )
    shown = agent.get(path(desk)).text
    file_id = max(map(int, re.findall(r'name="file" value="(\d+)"', shown)))
    begin(desk, agent, file=[str(file_id)])
    with desk.database.reading() as session:
        newest = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert newest is not None
        assert [file.filename for file in newest.attachments] == ["label.pdf"]
        assert session.get_one(Ticket, desk.ticket.id).has_files
