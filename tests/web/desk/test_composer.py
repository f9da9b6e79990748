"""Answering and noting on a ticket; and what comes back on errors."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from helpdesk.actions.change_people import change_requester
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_person
from helpdesk.actor import SYSTEM, Actor
from helpdesk.models import Attachment, Mailbox, OutboundMail, Ticket
from helpdesk.queries.concerns import concern_list
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.asked_addresses import AskedAddress, note_asked
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import comments, path


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
            session,
            Actor(desk.ann.id, "customer"),
            desk.ticket.id,
            Answer("Found it!"),
            now=clock.now,
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
    assert "Meanwhile Ann Lee wrote. Nothing was sent" in answer.text
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


def test_a_reply_whose_recipients_changed_is_not_sent(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    page = agent.get(path(desk)).text
    assert f'name="seen_on_it" value="{desk.ann.id}"' in page
    with desk.database.transaction() as session:
        person = add_person(session, SYSTEM, "eve@else.example", role="customer", now=clock.now)
        change_requester(
            session, Actor(None, "admin"), desk.ticket.id, person.id, keep_old=False, now=clock.now
        )
    fields = {"comment": "Dear Ann", "status": "waiting", "seen_on_it": str(desk.ann.id)}
    answer = agent.post(path(desk, "/reply"), path(desk), **fields)
    assert answer.status_code == 409
    assert "Meanwhile who gets it changed: now " in answer.text
    assert f'name="seen_on_it" value="{person.id}"' in answer.text
    fields["seen_on_it"] = str(person.id)
    assert agent.post(path(desk, "/reply"), path(desk), **fields).status_code == 303


def test_a_status_that_is_out_of_reach_by_now_names_who_changed_it(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    admin.post(path(desk, "/status"), path(desk), status="resolved")
    seen = re.search(r'name="seen_change_id" value="(\d+)"', agent.get(path(desk)).text)
    assert seen
    fields = {"comment": "Dear Ann", "status": "waiting", "seen_change_id": seen[1]}
    answer = agent.post(path(desk, "/reply"), path(desk), **fields)
    assert answer.status_code == 409
    told = re.search(r"Meanwhile Ada[^:]* set the status to resolved: [^:]+: ", answer.text)
    assert told
    assert "it cannot become waiting. Nothing was sent" in told[0]
    offered = answer.text.partition('id="after-status"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\w+)"', offered) == ["resolved", "open", "closed"]


def test_a_note_is_internal_and_sends_nothing(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/note"), path(desk), comment="Call the carrier.")
    assert answer.status_code == 303
    assert comments(desk)[-1].internal
    assert desk.reload().status == "open"


def test_a_note_is_taken_back_from_its_notice_and_from_its_menu(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    for menu in (False, True):
        answer = agent.post(path(desk, "/note"), path(desk), comment="Call the carrier.")
        page = agent.get(answer.location.partition("#")[0]).text
        assert ("change-toast" in page, "Take the note back" in page) == (True, True)
        if menu:
            page = agent.get(path(desk)).text.partition('id="toasts"')[0]
        found = re.findall(r'action="[^"]+/note/undo">.*?name="comment" value="(\d+)"', page, re.S)
        assert "Take the note back" not in admin.get(path(desk)).text, "it is another's"
        undone = agent.post(path(desk, "/note/undo"), path(desk), comment=found[-1])
        assert undone.location == path(desk) + "#composer"
        page = agent.get(path(desk)).text
        assert "Internal note taken back" in page
        assert re.search(r'id="note-text"[^>]*>\s*Call the carrier\.', page)
    agent.post(path(desk, "/note/undo"), path(desk), comment=found[-1])
    assert "There is no such message" in agent.get(path(desk)).text


def test_an_empty_note_opens_the_note_again(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/note"), path(desk), comment="")
    assert answer.status_code == 422
    assert 'id="tab-note" checked' in answer.text


def test_where_a_mail_asks_for_answers_elsewhere_send_asks_once(desk: Desk, agent: Browser) -> None:
    asked = AskedAddress("kim@else.example", "Kim", "ann@shop.example", comments(desk)[0].id)
    with desk.database.transaction() as session:
        note_asked(session.get_one(Ticket, desk.ticket.id), asked)
    assert "It asks for answers at" in agent.get(path(desk)).text
    fields = {"comment": "It is on its way.", "status": "waiting"}
    refused = agent.post(path(desk, "/reply"), path(desk), **fields)
    assert refused.status_code == 422
    assert "kim@else.example: say where yours goes" in refused.text
    assert "It is on its way." in refused.text
    assert len(comments(desk)) == 2
    sent = agent.post(path(desk, "/reply"), path(desk), reply_to="sender", **fields)
    assert sent.status_code == 303
    assert agent.post(path(desk, "/reply"), path(desk), **fields).status_code == 303
    taken = agent.post(
        path(desk, "/answers"), path(desk), address="kim@else.example", choice="always"
    )
    assert taken.status_code == 303
    page = agent.get(path(desk)).text
    assert "Answers go there." in page
    assert "Send to kim" in page
    with desk.database.reading() as session:
        box = session.scalars(select(Mailbox)).first()
        assert box
        assert box.forms == ["ann@shop.example"]
    unknown = agent.post(path(desk, "/answers"), path(desk), address="x@y.example", choice="use")
    assert unknown.status_code == 422


def test_people_in_copy_are_kept_with_the_draft_and_shown_with_the_answer(
    desk: Desk, agent: Browser
) -> None:
    typed = {"cc": "carl@parcel.example", "bcc": "boss@shop.example"}
    agent.post(path(desk, "/draft/reply"), path(desk), comment="", **typed)
    page = agent.get(path(desk)).text
    assert '<details class="copies" open>' in page
    assert 'name="bcc" value="boss@shop.example"' in page
    agent.post(path(desk, "/reply"), path(desk), comment="Sent on.", **typed)
    page = agent.get(path(desk)).text
    assert '<details class="copies">' in page
    shown = re.findall(r'<details class="addressed.*?</details>', page, re.S)[-1]
    assert re.findall(r"<dt>(\w+)</dt><dd>.*?([\w.]+@[\w.]+)</bdi></dd>", shown) == [
        ("To", "ann@shop.example"),
        ("Cc", "carl@parcel.example"),
        ("Bcc", "boss@shop.example"),
    ]
    refused = agent.post(path(desk, "/reply"), path(desk), comment="Again.", cc="carl@", bcc="")
    assert refused.status_code == 422
    assert 'name="cc" value="carl@" list="known-people"' in refused.text
    assert "Again." in refused.text


def test_an_unclear_name_in_a_note_is_said_before_it_is_added(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        other = add_person(
            session, SYSTEM, "ada.b@shop.example", role="agent", name="Ada Byron", now=clock.now
        )
    before, note = len(comments(desk)), path(desk, "/note")
    answer = agent.post(
        note, path(desk), comment="@ada, @jon: look", files=(io.BytesIO(b"a map"), "map.txt")
    )
    assert answer.status_code == 422
    assert "“@ada” may be Ada Lindgren or Ada Byron; “@jon” is nobody of staff." in answer.text
    assert "@ada, @jon: look</textarea>" in answer.text
    kept = re.findall(r'name="kept" value="([^"]+)"', answer.text)
    assert len(kept) == 1
    means = f"ada={other.id}"
    assert f'name="means" value="{means}"' in answer.text
    answer = agent.post(note, path(desk), comment="@ada, @jon: look", kept=kept[0], means=means)
    assert answer.status_code == 422
    assert "Not added yet: “@jon” is nobody of staff." in answer.text
    assert "@ada.byron, @jon: look</textarea>" in answer.text
    assert len(comments(desk)) == before
    text = "@ada.byron, @jon: look"
    answer = agent.post(note, path(desk), comment=text, kept=kept[0], anyway="yes")
    assert answer.status_code == 303
    assert comments(desk)[-1].text == text
    with desk.database.reading() as session:
        assert [one.ticket_number for one in concern_list(session, actor_of(other)).rows] == [
            desk.ticket.number
        ]
        assert session.scalars(select(Attachment.filename)).all()[-1] == "map.txt"


def test_one_click_says_who_is_meant(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    with desk.database.transaction() as session:
        add_person(session, SYSTEM, "ada.b@shop.example", role="agent", name="Ada B", now=clock.now)
    answer = agent.post(
        path(desk, "/note"), path(desk), comment="@ada?", means=f"ada={desk.ada.id}"
    )
    assert answer.status_code == 303
    assert comments(desk)[-1].text == "@ada.lindgren?"
    for nonsense in ("ada=0", "=", "x=y", f"ada={desk.ann.id}"):
        answer = agent.post(path(desk, "/note"), path(desk), comment="@ada?", means=nonsense)
        assert answer.status_code == 422, nonsense


def test_what_is_sent_twice_with_the_same_page_is_added_once(desk: Desk, agent: Browser) -> None:
    for action in ("reply", "note"):
        words = agent.get(path(desk)).text.partition(f'action="{path(desk, "/" + action)}"')[2]
        key = re.search(r'name="once" value="([^"]+)"', words)
        assert key
        assert agent.get(f"/desk/sent/{key[1]}").status_code == 404
        before = len(comments(desk))
        for _ in range(2):
            sent = agent.post(
                path(desk, f"/{action}"), path(desk), comment="Only once.", once=key[1],
                status="waiting",
            )  # fmt: skip
            assert sent.status_code == 303
            assert len(comments(desk)) == before + 1
        assert sent.location.endswith(f"#c{comments(desk)[-1].id}")
        assert "That was sent before." in agent.get(path(desk)).text
        assert agent.get(f"/desk/sent/{key[1]}").status_code == 204
        agent.post(
            path(desk, f"/{action}"), path(desk), comment="And more.", once=key[1], status="waiting"
        )
        assert len(comments(desk)) == before + 2, "other words are another message"


def test_where_the_mailbox_mails_no_answers_it_is_said_beside_send(
    desk: Desk, agent: Browser
) -> None:
    with desk.database.transaction() as session:
        session.get_one(Mailbox, desk.ticket.mailbox_id).muted = ["comment"]
    composer = agent.get(path(desk)).text.partition('id="composer"')[2]
    assert "No answer is mailed to <bdi>ann@shop.example</bdi>" in composer
    assert "Nobody on the ticket is mailed" in composer
    assert "Send to Ann" not in composer
    agent.post(path(desk, "/reply"), path(desk), comment="It is on its way.", status="waiting")
    assert "It is mailed to nobody." in agent.get(path(desk)).text
