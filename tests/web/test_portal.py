"""The customer's page."""

from __future__ import annotations

import io

from sqlalchemy import select

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.reply import reply
from helpdesk.actor import Actor
from helpdesk.models import Comment, Ticket
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_the_first_line_says_how_it_stands(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page = f"/t/{desk.token()}"
    assert "<h1>We have your message</h1>" in anonymous.get(page).text
    bo = Actor(desk.bo.id, "agent")
    with desk.database.transaction() as session:
        reply(session, bo, desk.ticket.id, text="Which colour?", now=clock.now)
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
        reply(session, Actor(desk.bo.id, "agent"), desk.ticket.id, text="Colour?", now=clock.now)
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
    assert never.text.replace("a" * len(old), old) == revoked.text
    assert anonymous.post(f"/t/{old}", comment="still here?").status_code == 404
    assert anonymous.get(f"/t/{old}/file/1").status_code == 404
    assert anonymous.get(f"/t/{desk.token(desk.reload())}").status_code == 200


def test_a_cut_or_changed_token_opens_nothing(desk: Desk, anonymous: Browser) -> None:
    token = desk.token()
    for other in (token[:-1], token[1:], token + "a", "b" + token[1:], "%00", "é"):
        assert anonymous.get(f"/t/{other}").status_code == 404, other


def test_home_says_where_to_write(desk: Desk, anonymous: Browser) -> None:
    text = anonymous.get("/").text
    assert 'href="mailto:support@shop.example"' in text
