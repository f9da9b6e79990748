"""The form by which anybody may write to us."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.actions.link_order import change_order
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import reply
from helpdesk.actions.save_order import save_order
from helpdesk.actor import Actor
from helpdesk.models import Attachment, Comment, OutboundMail, Ticket
from tests.support.clock import FakeClock
from tests.web.conftest import PNG, Browser, Desk, without_tokens

WRITTEN = {"email": "new@mail.example", "name": "Nora New", "category": "refund",
           "subject": "Money back", "text": "I sent it back.\n\nWhen do I get it?"}  # fmt: skip


def newest(desk: Desk) -> Ticket:
    with desk.database.reading() as session:
        return session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()  # type: ignore[return-value]


@pytest.fixture
def orders(desk: Desk, clock: FakeClock) -> None:
    with desk.database.transaction() as session:
        for number, address in (("A-1", "ann@shop.example"), ("B-1", "ben@shop.example")):
            save_order(
                session, Actor(desk.ada.id, "admin"), number, customer=address, now=clock.now
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
        save_order(session, bo, "A-1", customer="ann@shop.example", status="paid", now=clock.now)
        change_order(session, bo, ticket.id, "A-1", now=clock.now)
        reply(session, ann, ticket.id, text="My flat is on the left.", now=clock.now)
        reply(session, bo, ticket.id, text="Your street is Elm Street 5.", now=clock.now)
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
        reply(session, bo, desk.other.id, text="Elm Street.", status="resolved", now=clock.now)
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


def test_anothers_order_and_one_that_never_was_get_the_same_words(
    desk: Desk, anonymous: Browser, orders: None
) -> None:
    ann = WRITTEN | {"email": "ann@shop.example"}
    pages = [anonymous.post("/new", "/new", **ann, order=number) for number in ("B-1", "C-9")]
    for page in pages:
        assert page.status_code == 422
        assert "We don&#39;t find this order for your address." in page.text
    anothers, unknown = (without_tokens(page.text) for page in pages)
    assert anothers.replace("B-1", "C-9") == unknown
    assert anonymous.post("/new", "/new", **ann, order="A-1").status_code == 303


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


def test_it_speaks_the_visitors_language(desk: Desk, visitor: Callable[[], Browser]) -> None:
    german = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    browser = visitor()
    for path in ("/", "/new", "/my/sign-in", f"/t/{desk.token()}", "/t/gone", "/no/such/page"):
        text = browser.get(path, headers=german).text
        assert '<html lang="de"' in text, path
    assert "Ihre Nachricht ist angekommen" in browser.get(f"/t/{desk.token()}", headers=german).text
    answer = browser.client.post(
        "/new", headers=german, data={"csrf_token": browser.token("/new"), **WRITTEN, "subject": ""}
    )
    assert "Der Betreff braucht 3 bis 200 Zeichen." in answer.text
    # What was chosen wins.
    browser.post("/language", "/new", language="en", next="/new")
    assert "Write to us" in browser.get("/new", headers=german).text
    assert browser.post("/language", "/new", language="xx").status_code == 400
    assert browser.get("/desk/login", headers=german).text.count('lang="en"') == 1


def test_times_stand_in_the_visitors_zone(desk: Desk, anonymous: Browser) -> None:
    page = f"/t/{desk.token()}"
    assert "UTC</time>" in anonymous.get(page).text
    anonymous.client.set_cookie("zone", "Asia%2FTokyo")
    assert "JST</time>" in anonymous.get(page).text
    anonymous.client.set_cookie("zone", "../../etc/passwd")
    assert "UTC</time>" in anonymous.get(page).text
