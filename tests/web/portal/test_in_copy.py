"""A tracking link is one person's: who is in copy sees what they may, and writes as themselves."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from helpdesk.actions.change_people import change_requester
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.rate_ticket import rate_ticket
from helpdesk.actor import Actor
from helpdesk.links import read_tracking_token
from helpdesk.models import Comment, OutboundMail, Participant, Person, Ticket
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk, without_tokens


def test_each_mail_holds_the_link_of_who_gets_it(desk: Desk, bens: str) -> None:
    with desk.database.reading() as session:
        mails = session.scalars(
            select(OutboundMail).where(OutboundMail.template == "comment_added_customer")
        )
        assert {mail.recipient: mail.person_id for mail in mails} == {
            "ann@shop.example": desk.ann.id,
            "ben@shop.example": desk.ben.id,
        }
    right = read_tracking_token((desk.settings.secret_key,), bens.rpartition("/")[2])
    assert right is not None
    assert right.person_id == desk.ben.id


def test_in_copy_one_sees_the_conversation_and_not_the_requesters_own(
    desk: Desk, anonymous: Browser, bens: str, clock: FakeClock
) -> None:
    anns = f"/t/{desk.token()}"
    assert "A-1001" in anonymous.get(anns).text
    shown = anonymous.get(bens).text
    for words in ("Where is my parcel?", "It is on its way.", "photo.png", "Ann Lee"):
        assert words in shown, words
    bo, ann = Actor(desk.bo.id, "agent"), Actor(desk.ann.id, "customer")
    with desk.database.transaction() as session:
        change_status(session, bo, desk.ticket.id, "resolved", now=clock.now)
    before = re.search(r'data-version="([^"]*)"', anonymous.get(bens).text)
    assert before
    with desk.database.transaction() as session:
        rate_ticket(session, ann, desk.ticket.id, "bad", comment="Slow.", now=clock.now)
    assert "You rated this" in anonymous.get(anns).text
    assert anonymous.get(f"{bens}/news?seen={before[1]}").status_code == 204, "nothing of theirs"
    shown = anonymous.get(bens).text
    for hidden in ("A-1001", "Slow.", "rate", "/solved", "/help", "ann@", "ben@"):
        assert hidden not in shown, hidden
    assert anonymous.get(f"{bens}/rate").location == bens


def test_in_copy_one_writes_as_oneself_and_says_nothing_for_the_requester(
    desk: Desk, anonymous: Browser, bens: str, clock: FakeClock
) -> None:
    for deed in ("solved", "help", "rate"):
        answer = anonymous.post(f"{bens}/{deed}", bens, grade="bad")
        assert answer.status_code == 404, deed
    assert (desk.reload().status, desk.reload().rating) == ("waiting", None)
    shown = anonymous.get(anonymous.post(bens, bens, comment="I saw the van.").location).text
    assert re.search(r'aria-label="Your message">(?:(?!</article>).)*I saw the van', shown, re.S)
    assert 'aria-label="Message from Ann Lee"' in shown
    assert "Ben Ray" in anonymous.get(f"/t/{desk.token()}").text
    with desk.database.reading() as session:
        newest = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert newest is not None
        assert (newest.author_id, newest.from_staff) == (desk.ben.id, False)
    assert desk.reload().status == "in_progress"


def test_who_was_deactivated_writes_nothing_any_more(
    desk: Desk, anonymous: Browser, bens: str
) -> None:
    token = anonymous.token(bens)
    with desk.database.transaction() as session:
        session.get_one(Person, desk.ben.id).active = False
    sent = {"csrf_token": token, "comment": "Buy this."}
    assert anonymous.client.post(bens, data=sent).status_code == 404
    assert desk.reload().status == "waiting"


def test_closed_for_good_it_is_continued_by_a_request_of_ones_own(
    desk: Desk, anonymous: Browser, bens: str, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        for status in ("resolved", "closed"):
            change_status(session, Actor(desk.bo.id, "agent"), desk.ticket.id, status,
                          now=clock.now)  # fmt: skip
        session.get_one(Ticket, desk.ticket.id).closed_at = desk.ticket.created_at.replace(
            year=2020
        )
    answer = anonymous.post(bens, bens, comment="And mine?")
    with desk.database.reading() as session:
        fresh = session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        assert fresh is not None
        assert fresh.requester_id == desk.ben.id
    assert "This is solved" in anonymous.get(answer.location).text


@pytest.mark.parametrize("left", ["removed", "pending", "not the requester any more"])
def test_who_is_not_on_the_ticket_finds_a_link_that_does_not_work(
    desk: Desk, anonymous: Browser, bens: str, clock: FakeClock, left: str
) -> None:
    with desk.database.transaction() as session:
        row = session.scalars(
            select(Participant).where(
                Participant.ticket_id == desk.ticket.id, Participant.person_id == desk.ben.id
            )
        ).one()
        if left == "removed":
            session.delete(row)
        elif left == "pending":
            row.pending = True
        else:
            bo = Actor(desk.bo.id, "agent")
            change_requester(session, bo, desk.ticket.id, desk.ben.id, now=clock.now)
            change_requester(session, bo, desk.ticket.id, desk.ann.id, keep_old=False,
                             now=clock.now)  # fmt: skip
    gone, never = anonymous.get(bens), anonymous.get(f"/t/{'a' * 20}")
    assert gone.status_code == 404
    same = without_tokens(gone.text).replace(bens.rpartition("/")[2], "a" * 20)
    assert same == without_tokens(never.text), "nothing tells that it once worked"
    for path in (f"{bens}/news?seen=", f"{bens}/rate", f"{bens}/file/1", f"{bens}/picture/1"):
        assert anonymous.get(path).status_code == 404, path
    assert anonymous.post(bens, bens, comment="x").status_code == 404
    anonymous.post(f"{bens}/fresh", bens)
    with desk.database.reading() as session:
        sent = select(OutboundMail).where(OutboundMail.template == "tracking_link")
        assert session.scalars(sent).first() is None


def test_a_fresh_link_goes_to_whom_the_old_one_was_mailed(
    desk: Desk, anonymous: Browser, bens: str
) -> None:
    with desk.database.transaction() as session:
        session.get_one(Ticket, desk.ticket.id).link_generation += 1
    anonymous.post(f"{bens}/fresh", bens)
    with desk.database.reading() as session:
        sent = select(OutboundMail).where(OutboundMail.template == "tracking_link")
        (mail,) = session.scalars(sent)
        assert (mail.recipient, mail.person_id) == ("ben@shop.example", desk.ben.id)
