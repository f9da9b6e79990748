"""Whoever follows a link: signed in, or by the link alone."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.mailed_links import add_address_by_link, ask_to_add_address
from helpdesk.actor import Actor
from helpdesk.models import Comment, OutboundMail
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_a_link_goes_on_for_who_proved_that_the_address_is_theirs(
    desk: Desk, anonymous: Browser, bens: str, clock: FakeClock
) -> None:
    """Ann shows that she reads Ben's mail, too: what was mailed to Ben is hers now."""
    ann = Actor(desk.ann.id, "customer")
    with desk.database.transaction() as session:
        ask_to_add_address(session, ann, "ben@shop.example", now=clock.now)
        session.flush()
        mail = session.scalars(
            select(OutboundMail).where(OutboundMail.template == "confirm_address")
        ).one()
        add_address_by_link(session, ann, mail.values["path"].rpartition("/")[2], now=clock.now)
    assert "This is solved" in anonymous.get(bens).text
    assert "Wrong size" in anonymous.get(f"/t/{desk.token(desk.other, desk.ben)}").text


def test_signed_in_one_is_oneself_also_behind_anothers_link(
    desk: Desk, anonymous: Browser, bens: str
) -> None:
    anonymous.is_signed_in_as(desk.ben)
    anns = f"/t/{desk.token()}"
    assert "This is solved" not in anonymous.get(anns).text
    anonymous.post(anns, anns, comment="It is me, Ben.")
    with desk.database.reading() as session:
        newest = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert newest is not None
        assert newest.author_id == desk.ben.id
    assert anonymous.get(f"/my/t/{desk.ticket.number}").location == bens
