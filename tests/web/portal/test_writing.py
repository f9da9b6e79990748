"""The form by which anybody may write to us."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from helpdesk.actions.edit_mailbox import set_form, set_public
from helpdesk.actions.save_order import save_order
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.models import Comment, Mailbox, OutboundMail, Ticket
from helpdesk.tickets.orders import OrderDetails
from tests.support.clock import FakeClock
from tests.web.conftest import PNG, Browser, Desk, without_tokens
from tests.web.portal.conftest import WRITTEN, newest


@pytest.fixture
def orders(desk: Desk, clock: FakeClock) -> None:
    with desk.database.transaction() as session:
        for number, address in (("A-1", "ann@shop.example"), ("B-1", "ben@shop.example")):
            save_order(
                session, Actor(desk.ada.id, "admin"), number, OrderDetails(address), now=clock.now
            )


def test_a_stranger_writes_and_sees_it_is_here(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    answer = anonymous.post("/new", "/new", **WRITTEN, files=(io.BytesIO(PNG), "receipt.png"))
    assert answer.status_code == 303
    ticket = newest(desk)
    shown = anonymous.get(answer.location)
    for words in ("We have your message", ticket.number, "Money back", "I sent it back.",
                  "receipt.png"):  # fmt: skip
        assert words in shown.text
    assert (ticket.category, ticket.status) == ("refund", "open")
    with desk.database.reading() as session:
        comment = session.scalars(select(Comment).where(Comment.ticket_id == ticket.id)).one()
        assert comment.unverified
        (mail,) = session.scalars(
            select(OutboundMail).where(OutboundMail.recipient == "new@mail.example")
        )
        # Nobody has us mail their words to somebody else's address.
        assert mail.values["verified"] is False
        assert "Money" not in mail.subject


def test_who_is_signed_in_is_known_and_comes_to_the_page_itself(
    desk: Desk, anonymous: Browser, orders: None
) -> None:
    anonymous.is_signed_in_as(desk.ann)
    form = anonymous.get("/new?order=A-1&category=delivery").text
    assert 'value="A-1"' in form
    assert '<option value="A-1">' in form
    assert '<option value="B-1">' not in form
    assert '<option value="delivery" selected>' in form
    assert 'name="email"' not in form
    answer = anonymous.post(
        "/new", "/new", order="A-1", subject="Late", text="Where is it?", email="ben@shop.example"
    )
    ticket = newest(desk)
    assert ticket.requester_id == desk.ann.id
    assert answer.location == f"/t/{desk.token(ticket)}"
    assert "Order A-1" in anonymous.get(answer.location).text


def test_an_unproven_address_learns_nothing_of_orders(
    desk: Desk, anonymous: Browser, orders: None
) -> None:
    """Whoever types another's address sees the same for its order, another's, and none."""
    ann, seen = WRITTEN | {"email": "ann@shop.example"}, []
    for number in ("A-1", "B-1", "C-9"):
        answer = anonymous.post("/new", "/new", **ann, order=number)
        assert answer.status_code == 303
        ticket, page = newest(desk), anonymous.get(answer.location).text
        assert (ticket.order_id is not None) == (number == "A-1")
        assert f"Order number: {number}" in page
        for own in (ticket.number, answer.location, answer.location.rpartition("/")[2]):
            page = page.replace(own, "…")
        seen.append(without_tokens(page).replace(number, "…"))
    assert len(set(seen)) == 1


def test_who_is_signed_in_is_told_of_an_order_that_is_not_theirs(
    desk: Desk, anonymous: Browser, orders: None
) -> None:
    anonymous.is_signed_in_as(desk.ann)
    pages = [anonymous.post("/new", "/new", **WRITTEN, order=number) for number in ("B-1", "C-9")]
    for page in pages:
        assert page.status_code == 422
        assert "We don&#39;t find this order for your address." in page.text
    anothers, unknown = (without_tokens(page.text) for page in pages)
    assert anothers.replace("B-1", "C-9") == unknown


def test_all_that_does_not_hold_is_named_at_once(anonymous: Browser) -> None:
    answer = anonymous.post("/new", "/new", email="x", subject="x", text="", category="x")
    assert answer.status_code == 422
    named = re.findall(r'id="(\w+)-problem"', answer.text)
    assert named == ["email", "category", "subject", "text"]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"email": "nonsense"}, "email", "This is not a mail address"),
        ({"email": "support@shop.example"}, "email", "This is our own address."),
        ({"subject": "x"}, "subject", "The subject needs 3 to 200 characters."),
        ({"text": " \n "}, "text", "Please write something first."),
        ({"text": "x" * 10_001}, "text", "This is too long: 10,001 characters"),
        ({"website": "http://spam.example"}, "form", "Please press “Send” again."),
    ],
)
def test_what_does_not_hold_is_named_and_all_is_kept(
    desk: Desk, anonymous: Browser, changed: dict[str, str], field: str, words: str
) -> None:
    answer = anonymous.post(
        "/new", "/new", **WRITTEN | changed, files=(io.BytesIO(b"1"), "one.txt")
    )
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert words in answer.text
    kept = WRITTEN | changed
    for name in ("email", "name", "subject"):
        assert f'name="{name}" value="{kept[name]}"' in answer.text
    assert "one.txt" in answer.text
    assert newest(desk).id == desk.other.id


def test_the_mailbox_is_chosen_where_several_have_a_form(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    assert 'name="mailbox"' not in anonymous.get("/new").text
    with desk.database.transaction() as session:
        for name in ("Orders", "Wholesale", "Press"):
            add_mailbox(session, SYSTEM, f"{name}@shop.example", name=name, now=clock())
        set_public(session, SYSTEM, "wholesale@shop.example", False, now=clock())
        set_form(session, SYSTEM, "press@shop.example", False, now=clock())
    form = anonymous.get("/new?mailbox=Orders@shop.example").text
    assert '<option value="orders@shop.example" selected>Orders</option>' in form
    assert "wholesale@" not in form
    assert "press@" not in form
    home = anonymous.get("/").text
    assert "press@shop.example" in home
    assert "wholesale@shop.example" not in home
    assert "Wholesale" in anonymous.get("/new?mailbox=wholesale@shop.example").text
    for name in ("orders", "wholesale"):
        wanted = f"{name}@shop.example"
        assert anonymous.post("/new", "/new", **WRITTEN, mailbox=wanted).status_code == 303
        with desk.database.reading() as session:
            ticket = session.get_one(Ticket, newest(desk).id)
            assert ticket.mailbox is not None
            assert ticket.mailbox.address == wanted
    closed = anonymous.post("/new", "/new", **WRITTEN, mailbox="press@shop.example")
    assert closed.status_code == 422
    assert 'id="mailbox-problem"' in closed.text
    assert "I sent it back." in closed.text, "what was typed is kept"


def test_where_every_form_is_closed_the_addresses_are_told_and_old_tickets_stay_open(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    token = desk.token()
    with desk.database.transaction() as session:
        (box,) = session.scalars(select(Mailbox))
        set_form(session, SYSTEM, box.address, False, now=clock())
        address = box.address
    form = anonymous.get("/new").text
    assert "The form is closed. Please write us a mail." in form
    assert f"mailto:{address}" in form
    assert "<textarea" not in form
    assert 'href="/new"' not in anonymous.get("/").text
    assert anonymous.post("/new", "/new", **WRITTEN).status_code == 422
    page = anonymous.get(f"/t/{token}")
    assert page.status_code == 200
    assert "<textarea" in page.text
