"""The customer's page of a ticket."""

from __future__ import annotations

import base64
import hmac
import io
import re
from datetime import timedelta

from sqlalchemy import select

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import assign, change_priority, change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_person
from helpdesk.actor import SYSTEM, Actor
from helpdesk.models import Comment, OutboundMail, Ticket, TicketLink
from tests.support.clock import FakeClock
from tests.web.conftest import SECRET_NOTE, Browser, Desk


def test_the_first_line_says_how_it_stands(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page = f"/t/{desk.token()}"
    assert "<h1>We have your message</h1>" in anonymous.get(page).text
    bo = Actor(desk.bo.id, "agent")
    with desk.database.transaction() as session:
        reply(session, bo, desk.ticket.id, Answer("Which colour?"), now=clock.now)
    text = anonymous.get(page).text
    assert "<h1>We need your answer</h1>" in text
    assert "Which colour?" in text
    with desk.database.transaction() as session:
        change_status(session, bo, desk.ticket.id, "resolved", now=clock.now)
    assert "<h1>Solved</h1>" in anonymous.get(page).text


def test_an_answer_joins_the_ticket_and_it_is_our_turn(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page = f"/t/{desk.token()}"
    with desk.database.transaction() as session:
        reply(session, Actor(desk.bo.id, "agent"), desk.ticket.id, Answer("Colour?"), now=clock.now)
    answer = anonymous.post(
        page, page, comment="Blue, please.", files=(io.BytesIO(b"blue"), "../../blue.txt")
    )
    assert answer.status_code == 303
    shown = anonymous.get(answer.location).text
    assert "Blue, please." in shown
    assert "we have your message" in shown
    assert desk.reload().status == "in_progress"
    with desk.database.reading() as session:
        newest = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert newest is not None
        assert (newest.author_id, newest.from_staff, newest.source) == (desk.ann.id, False, "web")
        assert [file.filename for file in newest.attachments] == ["blue.txt"]


def test_an_empty_answer_is_named_and_its_file_kept(desk: Desk, anonymous: Browser) -> None:
    page = f"/t/{desk.token()}"
    answer = anonymous.post(page, page, comment=" ", files=(io.BytesIO(b"1"), "one.txt"))
    assert answer.status_code == 422
    assert "Please write something first." in answer.text
    assert "one.txt" in answer.text


def test_too_much_at_once_is_refused_kindly(desk: Desk, anonymous: Browser) -> None:
    page = f"/t/{desk.token()}"
    answer = anonymous.post(page, page, comment="x", files=(io.BytesIO(b"0" * 28_000_000), "big"))
    assert answer.status_code == 413
    assert "25 MB" in answer.text


def test_the_link_is_told_to_nobody(desk: Desk, anonymous: Browser) -> None:
    answer = anonymous.get(f"/t/{desk.token()}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_link_of_before_links_named_a_person_is_the_requesters(
    desk: Desk, anonymous: Browser
) -> None:
    ids = desk.ticket.id.to_bytes() + desk.ticket.link_generation.to_bytes()
    key = hmac.digest(desk.settings.secret_key.encode(), b"postdesk tracking", "sha256")
    signed = ids + hmac.digest(key, ids, "sha256")[:16]
    page = f"/t/{base64.b32encode(signed).decode().lower().rstrip('=')}"
    assert "This is solved" in anonymous.get(page).text
    assert anonymous.post(f"{page}/solved", page).status_code == 303
    assert desk.reload().status == "resolved"


def test_the_customer_says_it_is_solved_and_that_it_is_not(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page = f"/t/{desk.token()}"
    assert "This is solved" in anonymous.get(page).text
    shown = anonymous.get(anonymous.post(f"{page}/solved", page).location).text
    assert "<h1>Solved</h1>" in shown
    assert "You said that it is solved" in shown
    assert "This is solved" not in shown
    clock.now += timedelta(days=1)
    shown = anonymous.get(anonymous.post(f"{page}/help", page).location).text
    assert "<h1>We have your message</h1>" in shown
    assert "Opened again" in shown
    ticket = desk.reload()
    assert (ticket.status, ticket.waiting_since) == ("open", clock.now)


def test_an_open_page_is_told_of_what_it_shows_and_of_nothing_else(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page, bo = f"/t/{desk.token()}", Actor(desk.bo.id, "agent")

    seen = re.search(r'data-version="([^"]*)"', anonymous.get(page).text)
    assert seen
    with desk.database.transaction() as session:
        add_note(session, bo, desk.ticket.id, text="secret thoughts", now=clock.now)
        change_priority(session, bo, desk.ticket.id, "urgent", now=clock.now)
        assign(session, bo, desk.ticket.id, desk.bo.id, now=clock.now)
    quiet = anonymous.get(f"{page}/news?seen={seen[1]}")
    assert (quiet.status_code, quiet.data) == (204, b"")
    with desk.database.transaction() as session:
        reply(session, bo, desk.ticket.id, Answer("It is on its way."), now=clock.now)
    told = anonymous.get(f"{page}/news?seen={seen[1]}")
    assert "It is on its way." in told.text
    assert "secret thoughts" not in told.text
    assert anonymous.get("/t/gone/news?seen=").status_code == 404


def test_nothing_of_staff_shows_but_a_first_name(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page = f"/t/{desk.token()}"
    with desk.database.transaction() as session:
        nameless = add_person(session, SYSTEM, "b.okafor@shop.example", role="agent", now=clock.now)
        for person_id in (desk.bo.id, nameless.id):
            reply(session, Actor(person_id, "agent"), desk.ticket.id, Answer("Hi."), now=clock.now)
    for source in (anonymous.get(page).text, anonymous.get(f"{page}/news?seen=").text):
        assert "<bdi>Bo</bdi>" in source
        for hidden in ("okafor", "bo@", "Bo Okafor", SECRET_NOTE, "ada@", "medium", "assignee"):
            assert hidden not in source.lower().replace("<bdi>bo</bdi>", ""), hidden


def test_a_fresh_link_goes_to_the_requester_alone(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    old = desk.token()
    with desk.database.transaction() as session:
        session.get_one(Ticket, desk.ticket.id).link_generation += 1
    for _ in range(5):
        assert "Look into your inbox" in anonymous.post(f"/t/{old}/fresh", f"/t/{old}").text
    assert "Look into your inbox" in anonymous.post("/t/nonsense/fresh", "/").text
    with desk.database.reading() as session:
        chosen = select(OutboundMail.recipient).where(OutboundMail.template == "tracking_link")
        assert list(session.scalars(chosen)) == ["ann@shop.example"] * 3, "three an hour"


def test_what_was_closed_for_good_is_continued_by_a_new_one(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page, bo = f"/t/{desk.token()}", Actor(desk.bo.id, "agent")
    for status in ("resolved", "closed"):
        with desk.database.transaction() as session:
            change_status(session, bo, desk.ticket.id, status, now=clock.now)
    clock.now += timedelta(days=15)
    answer = anonymous.post(page, page, comment="It is late again.")
    shown = anonymous.get(answer.location).text
    assert "It is late again." in shown
    assert desk.ticket.number not in shown
    assert desk.reload().status == "closed"
    with desk.database.reading() as session:
        link = session.scalars(select(TicketLink)).one()
        assert (link.other_id, link.kind) == (desk.ticket.id, "continues")


def test_an_answer_that_staff_may_still_take_back_is_not_shown(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page, bo = f"/t/{desk.token()}", Actor(desk.bo.id, "agent")
    later = clock.now + timedelta(hours=1)
    before = re.search(r'data-version="([^"]*)"', anonymous.get(page).text)
    assert before
    with desk.database.transaction() as session:
        reply(session, bo, desk.ticket.id, Answer("Held back.", leaves_at=later), now=clock.now)
    assert anonymous.get(f"{page}/news?seen={before[1]}").status_code == 204
    anonymous.is_signed_in_as(desk.ann)
    assert "None of your requests" in anonymous.get("/my?q=Held").text
