"""Taking an answer back on the desk, sending one later, and one's own time to undo."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from sqlalchemy import select

from helpdesk.actions.add_note import add_note
from helpdesk.actions.write_again import write_again
from helpdesk.models import Comment, OutboundMail
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path


def send(agent: Browser, desk: Desk, **fields: object) -> None:
    given = {"comment": "It is on its way.", "status": "resolved", **fields}
    assert agent.post(path(desk, "/reply"), path(desk), **given).status_code == 303


def newest(desk: Desk) -> Comment:
    with desk.database.reading() as session:
        return session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()


def answers(desk: Desk) -> list[OutboundMail]:
    with desk.database.reading() as session:
        return list(session.scalars(select(OutboundMail).where(OutboundMail.queue == "answers")))


def test_undo_brings_the_answer_back_into_the_composer(desk: Desk, agent: Browser) -> None:
    send(agent, desk, files=(io.BytesIO(b"a map"), "map.txt"))
    page = agent.get(path(desk)).text
    assert "Undo" in page
    assert "The customer does not see it yet." in page
    assert "It is on its way." not in agent.get(f"/t/{desk.token()}").text

    back = agent.post(path(desk, "/undo"), path(desk), comment=str(newest(desk).id))
    assert back.status_code == 303
    assert back.location == path(desk) + "#composer"
    page = agent.get(path(desk)).text
    assert "Your answer is in the composer again." in page
    assert "It is on its way.</textarea>" in page
    assert page.count("It is on its way.") == 1
    assert '<option value="resolved" selected>' in page
    assert re.search(r'name="kept" value="[^"]+" checked> <bdi>map.txt', page)
    assert desk.reload().status == "open"
    assert page.count('class="history-what">Answer taken back<') == 1
    went = r'"history-why">Assignee: Bo[^→<]* → nobody; Status: Resolved → Open<'
    assert re.search(went, page), "what went with it is named"
    assert 'title="Undo: Answer' not in page
    undoable = re.findall(r'title="Undo: ([^"]+)"', page)
    assert not [one for one in undoable if one.startswith(("Status", "Assignee"))]
    assert [mail.state for mail in answers(desk)] == ["cancelled"]

    again = agent.post(path(desk, "/undo"), path(desk), comment=str(newest(desk).id))
    assert again.status_code == 303
    said = agent.get(path(desk)).text.partition('id="toasts"')[2]
    assert "It was taken back already." in said
    assert "has left" not in said
    for nonsense in ("", "²", "9" * 30, "0"):
        answer = agent.post(path(desk, "/undo"), path(desk), comment=nonsense)
        assert answer.status_code == 404, nonsense


def test_undo_leaves_what_is_being_written(desk: Desk, agent: Browser) -> None:
    send(agent, desk)
    agent.post(path(desk, "/draft/reply"), path(desk), comment="One more thing", status="waiting")
    agent.post(path(desk, "/undo"), path(desk), comment=str(newest(desk).id))
    page = agent.get(path(desk)).text
    assert "Your answer is above what you were writing." in page
    assert "It is on its way.\n\nOne more thing</textarea>" in page


def test_later_is_the_readers_own_clock(
    desk: Desk, agent: Browser, admin: Browser, clock: FakeClock
) -> None:
    tomorrow = clock.now + timedelta(days=1)
    # Two hours east of Greenwich: what their clock shows is 120 minutes ahead.
    shown = (tomorrow + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    send(agent, desk, send="later", later=shown, later_offset="-120")
    assert [mail.next_attempt_at for mail in answers(desk)] == [tomorrow]
    assert desk.reload().status == "open"
    page = agent.get(path(desk)).text
    assert f'datetime="{tomorrow.isoformat()}"' in page
    local = tomorrow + timedelta(hours=2)
    assert f"Your answer leaves on {local.day} {local:%B, %H:%M}." in page
    notice = page.partition('id="toasts"')[2]
    assert "An answer of" not in page
    told = admin.get(path(desk)).text.partition('id="colleagues-write"')[2].partition("</div>")[0]
    assert "An answer of <bdi>Bo" in told
    assert f'datetime="{tomorrow.isoformat()}"' in told
    assert path(desk, "/undo") in notice
    agent.post(path(desk, "/draft/reply"), path(desk), comment="One more thing", later="")
    taken = str(newest(desk).id)
    agent.post(path(desk, "/undo"), path(desk), comment=taken, later_offset="-120")
    page = agent.get(path(desk)).text
    assert f'name="later" value="{shown}"' in page
    assert f"{local.day} {local:%B, %H:%M} is chosen under the clock." in page
    assert [mail.state for mail in answers(desk)] == ["cancelled"]
    assert "An answer of" not in admin.get(path(desk)).text
    agent.post(path(desk, "/undo"), path(desk), comment=taken)
    assert "It was taken back already." in agent.get(path(desk)).text


def test_a_time_that_is_none_is_named_and_the_answer_kept(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    past = (clock.now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    for wrong in ("", "soon", past, "9999-12-31T23:59", "2026-11-24T10:00+02:00"):
        answer = agent.post(
            path(desk, "/reply"), path(desk), comment="Good news.", status="waiting",
            send="later", later=wrong, later_offset="-840",
        )  # fmt: skip
        assert answer.status_code == 422, wrong
        assert 'id="later-problem"' in answer.text
        assert "Good news.</textarea>" in answer.text
    assert answers(desk) == []


def test_what_was_taken_back_is_sent_anew_from_its_old_page(desk: Desk, agent: Browser) -> None:
    send(agent, desk, comment="Once more.", once="of-this-page")
    taken = newest(desk).id
    assert agent.get("/desk/sent/of-this-page").status_code == 204
    agent.post(path(desk, "/undo"), path(desk), comment=str(taken))
    assert agent.get("/desk/sent/of-this-page").status_code == 404
    send(agent, desk, comment="Once more.", once="of-this-page")
    assert newest(desk).id != taken


def test_whoever_wrote_for_later_reads_that_the_customer_has_written_since(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    later = f"{clock.now + timedelta(days=1):%Y-%m-%dT%H:%M}"
    send(agent, desk, send="later", later=later, status="open")
    assert "The customer does not see it yet.</span>" in agent.get(path(desk)).text
    clock.advance(minutes=5)
    with desk.database.transaction() as session:
        add_note(session, actor_of(desk.bo), desk.ticket.id, text="Wait.", now=clock.now)
    assert "has written since" not in agent.get(path(desk)).text
    with desk.database.transaction() as session:
        write_again(session, actor_of(desk.ann), desk.ticket.id, text="It came!", now=clock.now)
    assert "does not see it yet, <b>and has written since</b>." in agent.get(path(desk)).text


def test_with_an_answer_for_later_it_goes_neither_to_spam_nor_to_trash(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    later = f"{clock.now + timedelta(days=1):%Y-%m-%dT%H:%M}"
    send(agent, desk, send="later", later=later, status="open")
    for folder in ("spam", "trash"):
        refused = agent.post(path(desk, "/folder"), path(desk), folder=folder)
        assert refused.status_code == 422
        assert "An answer has not left yet: take it back first" in refused.text
        many = {"ticket": desk.ticket.id, "set": f"folder={folder}"}
        at = agent.post("/desk/bulk", "/desk", **many).location
        assert "An answer has not left yet: take it back first" in agent.get(at).text
    assert desk.reload().folder == "inbox"
    agent.post(path(desk, "/undo"), path(desk), comment=str(newest(desk).id))
    agent.post(path(desk, "/folder"), path(desk), folder="trash")
    assert desk.reload().folder == "trash"
