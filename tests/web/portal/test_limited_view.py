"""The limited view of a ticket, and links that lead nowhere."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from helpdesk.actions.link_order import change_order
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_order import save_order
from helpdesk.actor import Actor
from helpdesk.models import Attachment, OutboundMail, Ticket
from helpdesk.tickets.orders import OrderDetails
from tests.support.clock import FakeClock
from tests.web.conftest import PNG, Browser, Desk, without_tokens
from tests.web.portal.conftest import WRITTEN, newest


def test_a_revoked_link_and_one_that_never_was_look_the_same(
    desk: Desk, anonymous: Browser
) -> None:
    old = desk.token()
    with desk.database.transaction() as session:
        session.get_one(Ticket, desk.ticket.id).link_generation += 1
    revoked = anonymous.get(f"/t/{old}")
    assert revoked.status_code == 404
    assert "This link does not work any more" in revoked.text
    never = anonymous.get(f"/t/{'a' * len(old)}")
    same = without_tokens(never.text).replace("a" * len(old), old)
    assert same == without_tokens(revoked.text)
    assert anonymous.post(f"/t/{old}", comment="still here?").status_code == 404
    assert anonymous.get(f"/t/{old}/file/1").status_code == 404
    assert anonymous.get(f"/t/{desk.token(desk.reload())}").status_code == 200


def test_a_cut_or_changed_token_opens_nothing(desk: Desk, anonymous: Browser) -> None:
    token = desk.token()
    for other in (token[:-1], token[1:], token + "a", "b" + token[1:], "%00", "é"):
        assert anonymous.get(f"/t/{other}").status_code == 404, other


def test_what_the_browser_gets_shows_no_answer_and_gives_no_right(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    """Anybody may type Ann's address; what we answer to Ann is for Ann alone."""
    answer = anonymous.post(
        "/new",
        "/new",
        **WRITTEN | {"email": "ann@shop.example"},
        files=(io.BytesIO(PNG), "receipt.png"),
    )
    ticket, page = newest(desk), answer.location
    bo, ann = Actor(desk.bo.id, "agent"), Actor(desk.ann.id, "customer")
    with desk.database.transaction() as session:
        save_order(
            session, bo, "A-1", OrderDetails("ann@shop.example", status="paid"), now=clock.now
        )
        change_order(session, bo, ticket.id, "A-1", now=clock.now)
        reply(session, ann, ticket.id, Answer("My flat is on the left."), now=clock.now)
        reply(session, bo, ticket.id, Answer("Your street is Elm Street 5."), now=clock.now)
    shown = anonymous.get(page)
    assert "We need your answer" in shown.text
    assert "I sent it back." in shown.text
    for hidden in ("Elm Street", "flat", "A-1", "paid", "ann@", "What happened", "<textarea",
                   "/solved", "/rate", "/file/"):  # fmt: skip
        assert hidden not in shown.text, hidden
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in shown.headers["X-Robots-Tag"]
    with desk.database.reading() as session:
        files = list(session.scalars(select(Attachment.id)))
    for path in (f"{page}/rate", *(f"{page}/{kind}/{number}" for number in files
                                   for kind in ("file", "picture"))):  # fmt: skip
        assert anonymous.get(path).status_code == 404, path
    for path in (page, f"{page}/solved", f"{page}/help", f"{page}/rate"):
        assert anonymous.post(path, "/new", comment="x", grade="bad").status_code == 404, path
    assert desk.reload(ticket).status == "waiting"
    assert "Elm Street" in anonymous.get(f"/t/{desk.token(ticket)}").text


def test_the_link_that_is_shown_lasts_until_links_are_revoked(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page = anonymous.post("/new", "/new", **WRITTEN).location
    ticket, bo = newest(desk), Actor(desk.bo.id, "agent")
    version = re.search(r'data-version="([^"]*)"', anonymous.get(page).text)
    assert version
    assert anonymous.get(f"{page}/news?seen={version[1]}").status_code == 204
    with desk.database.transaction() as session:
        merge_tickets(session, bo, ticket.id, desk.other.id, now=clock.now)
        reply(session, bo, desk.other.id, Answer("Elm Street.", status="resolved"), now=clock.now)
    told = anonymous.get(f"{page}/news?seen={version[1]}").text
    # It goes on in another ticket: how it stands shows, and nothing else of that one.
    assert "<h1>Solved</h1>" in told
    assert "I sent it back." in told
    for hidden in (desk.other.number, "Elm Street", "Wrong size", "I got an S"):
        assert hidden not in told
    with desk.database.transaction() as session:
        take_apart(session, bo, ticket.id, now=clock.now)
        merge_tickets(session, bo, desk.other.id, ticket.id, now=clock.now)
    shown = anonymous.get(page).text
    assert "I sent it back." in shown
    assert "I got an S" not in shown, "what others wrote first is not theirs"
    with desk.database.transaction() as session:
        session.get_one(Ticket, ticket.id).link_generation += 1
    assert anonymous.get(page).status_code == 404
    assert "This link does not work any more" in anonymous.get(page).text


def test_the_whole_link_is_mailed_again_without_a_strangers_words(
    desk: Desk, anonymous: Browser
) -> None:
    page = anonymous.post("/new", "/new", **WRITTEN).location
    for _ in range(5):
        assert "Look into your inbox" in anonymous.post(f"{page}/fresh", page).text
    with desk.database.reading() as session:
        mails = list(session.scalars(
            select(OutboundMail).where(OutboundMail.template == "tracking_link")
        ))  # fmt: skip
    assert [mail.recipient for mail in mails] == ["new@mail.example"] * 3, "three an hour"
    assert mails[0].values["verified"] is False
    assert "Money" not in mails[0].subject
