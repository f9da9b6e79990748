"""A ticket on the desk: reading it, answering, noting, changing; and what comes back on errors."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from helpdesk.actions.reply import reply
from helpdesk.actor import Actor
from helpdesk.models import Attachment, Comment, OutboundMail
from tests.support.clock import FakeClock
from tests.web.conftest import SECRET_NOTE, Browser, Desk


def path(desk: Desk, action: str = "") -> str:
    return f"/desk/t/{desk.ticket.number}{action}"


def comments(desk: Desk) -> list[Comment]:
    with desk.database.reading() as session:
        statement = select(Comment).where(Comment.ticket_id == desk.ticket.id).order_by(Comment.id)
        found = list(session.scalars(statement))
        session.expunge_all()
        return found


def test_the_page_shows_the_conversation_and_its_people(desk: Desk, agent: Browser) -> None:
    text = agent.get(path(desk)).text
    for shown in ("Parcel late", "Where is my parcel?", SECRET_NOTE, "Internal note", "Ann Lee",
                  "Send to Ann", "Add note", "The Shop", "photo.png", "Ticket opened"):  # fmt: skip
        assert shown in text


def test_a_reply_leaves_as_mail_and_sets_the_chosen_status(desk: Desk, agent: Browser) -> None:
    answer = agent.post(
        path(desk, "/reply"), path(desk), comment="It is on its way.", status="resolved"
    )
    assert answer.status_code == 303
    assert answer.location.startswith(path(desk) + "#c")
    assert desk.reload().status == "resolved"
    with desk.database.reading() as session:
        mail = session.scalars(
            select(OutboundMail).where(OutboundMail.comment_id.is_not(None))
        ).one()
        assert mail.recipient == "ann@shop.example"
    assert "It is on its way." in agent.get(path(desk)).text


def test_a_reply_that_waits_is_what_happens_unless_told_otherwise(
    desk: Desk, agent: Browser
) -> None:
    page = agent.get(path(desk)).text
    chosen = re.search(r'<option value="(\w+)" selected>', page.partition('name="status"')[2])
    assert chosen
    assert chosen[1] == "waiting"
    agent.post(path(desk, "/reply"), path(desk), comment="Which colour?", status="waiting")
    assert desk.reload().status == "waiting"


def test_an_empty_reply_names_the_field_and_sends_nothing(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/reply"), path(desk), comment="  ", status="waiting")
    assert answer.status_code == 422
    assert "Please write something first." in answer.text
    assert 'aria-describedby="reply-problem"' in answer.text
    assert len(comments(desk)) == 2


def test_a_reply_written_before_the_customer_wrote_again_is_kept(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    seen = max(comment.id for comment in comments(desk))
    with desk.database.transaction() as session:
        reply(
            session, Actor(desk.ann.id, "customer"), desk.ticket.id, text="Found it!", now=clock.now
        )
    answer = agent.post(
        path(desk, "/reply"),
        path(desk),
        comment="We are looking for it.",
        status="resolved",
        seen_comment_id=str(seen),
        files=(io.BytesIO(b"a map"), "map.txt"),
    )
    assert answer.status_code == 409
    assert "Someone wrote on this ticket meanwhile" in answer.text
    assert "We are looking for it.</textarea>" in answer.text
    assert "Found it!" in answer.text
    assert '<option value="resolved" selected>' in answer.text
    assert len(comments(desk)) == 3
    # The file came back with the form, and goes with it when it is sent again.
    kept = re.search(r'name="kept" value="([^"]+)"', answer.text)
    now_seen = re.search(r'name="seen_comment_id" value="(\d+)"', answer.text)
    assert kept
    assert now_seen
    again = agent.post(
        path(desk, "/reply"),
        path(desk),
        comment="Good!",
        status="resolved",
        seen_comment_id=now_seen[1],
        kept=kept[1],
    )
    assert again.status_code == 303
    with desk.database.reading() as session:
        names = session.scalars(select(Attachment.filename)).all()
    assert names.count("map.txt") == 1


def test_a_file_that_nobody_stored_cannot_be_named(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/reply"), path(desk), comment="Hi", status="waiting", kept="forged")
    with desk.database.reading() as session:
        newest = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert newest is not None
        assert newest.attachments == []


def test_a_note_is_internal_and_sends_nothing(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/note"), path(desk), comment="Call the carrier.")
    assert answer.status_code == 303
    assert comments(desk)[-1].internal
    assert desk.reload().status == "open"


def test_an_empty_note_opens_the_note_again(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/note"), path(desk), comment="")
    assert answer.status_code == 422
    assert 'id="tab-note" checked' in answer.text


def test_each_field_is_changed_with_its_reason(desk: Desk, agent: Browser) -> None:
    for field, value, shown in (
        ("priority", "urgent", "Priority: Medium → Urgent"),
        ("category", "refund", "Category: Other → Refund"),
        ("assignee", str(desk.bo.id), "Assignee: nobody → Bo Okafor"),
        ("status", "in_progress", "Status: Open → In progress"),
    ):
        answer = agent.post(
            path(desk, f"/{field}"), path(desk), **{field: value, "reason": f"why {field}"}
        )
        assert answer.status_code == 303, field
        text = agent.get(path(desk)).text
        assert shown in text
        assert f"why {field}" in text


def test_assign_to_me_and_to_nobody(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/assignee"), path(desk), assignee="me")
    assert desk.reload().assignee_id == desk.bo.id
    agent.post(path(desk, "/assignee"), path(desk), assignee="")
    assert desk.reload().assignee_id is None


def test_a_step_that_is_not_allowed_is_explained(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/status"), path(desk), status="closed")
    assert answer.status_code == 409
    assert "cannot become closed" in answer.text
    assert desk.reload().status == "open"


def test_a_value_that_does_not_exist_is_named(desk: Desk, agent: Browser) -> None:
    for field, value in (
        ("status", "lost"),
        ("priority", "huge"),
        ("category", "x"),
        ("assignee", "99999999"),
        ("assignee", "²"),
        ("assignee", str(desk.ann.id)),
    ):
        answer = agent.post(path(desk, f"/{field}"), path(desk), **{field: value})
        assert answer.status_code == 422, (field, value)
        assert f'id="{field}-problem"' in answer.text


def test_numbers_are_found_in_either_case_and_others_are_not_there(
    desk: Desk, agent: Browser
) -> None:
    assert agent.get(path(desk).lower()).status_code == 200
    assert agent.get("/desk/t/TKT20200101001").status_code == 404
    assert agent.get("/desk/t/%00").status_code == 404


def test_the_poll_tells_of_new_messages_only(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    seen = max(comment.id for comment in comments(desk))
    assert "new message" not in agent.get(path(desk, f"/pulse?seen={seen}")).text
    with desk.database.transaction() as session:
        reply(session, Actor(desk.ann.id, "customer"), desk.ticket.id, text="Hello?", now=clock.now)
    assert "1 new message " in agent.get(path(desk, f"/pulse?seen={seen}")).text


def test_the_poll_tells_of_what_changed_beside_the_messages(desk: Desk, agent: Browser) -> None:
    def changed(since: str) -> bool:
        seen = max(comment.id for comment in comments(desk))
        answer = agent.get(path(desk, f"/pulse?seen={seen}&standing={since}"))
        assert "new message" not in answer.text
        return "data-changed" in answer.text

    def version() -> str:
        found = re.search(r'name="standing" value="(\w+)"', agent.get(path(desk)).text)
        assert found
        return found[1]

    first = version()
    assert not changed(first)
    agent.post(path(desk, "/priority"), path(desk), priority="urgent")
    assert changed(first)
    agent.post(path(desk, "/reply"), path(desk), comment="It is on its way.")
    answered = version()
    assert not changed(answered)
    with desk.database.transaction() as session:
        mail = session.scalars(
            select(OutboundMail).where(OutboundMail.comment_id.is_not(None))
        ).one()
        mail.state = "sent"
    assert changed(answered)
    assert not changed(version())
