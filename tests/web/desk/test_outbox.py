"""The outbox on the desk: what is shown of each mail, and what can be done about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.actor import Actor
from helpdesk.mail_out import claims
from helpdesk.mail_out.claims import Attempt
from helpdesk.models import Comment, OutboundMail, PersonAddress
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

WORDS = "5.1.1 <ann>: no such user"


def answer(desk: Desk, clock: FakeClock, state: str) -> int:
    """Bo's answer to Ann, in this state; the id of its mail."""
    with desk.database.transaction() as session:
        bo = Actor(desk.bo.id, "agent")
        comment = reply(session, bo, desk.ticket.id, Answer("It left today."), now=clock.now)
        mail = session.query(OutboundMail).filter_by(comment_id=comment.id).one()
        attempt = Attempt("smtp://relay.test:25", True, 550, WORDS)
        # The acknowledgement goes first: it is the earlier mail to the same person.
        for queue in ("notifications", "answers"):
            for one in claims.claim(session, worker="w", queue=queue, now=clock.now):
                if one.id == mail.id:
                    _mark(session, one, state, clock, attempt)
                else:
                    claims.mark_sent(session, one, "w", now=clock.now, attempt=Attempt())
        return mail.id


def _mark(session, mail, state, clock, attempt) -> None:  # type: ignore[no-untyped-def]
    marks = {
        "sent": claims.mark_sent,
        "failed": claims.mark_failed,
        "uncertain": claims.mark_uncertain,
        "deferred": claims.mark_deferred,
    }
    if state in marks:
        marks[state](session, mail, "w", now=clock.now, attempt=attempt)
    if state == "failed":
        report_undelivered(session, mail.id, "failed", f"550 {WORDS}", now=clock.now)


def state_of(desk: Desk, mail_id: int) -> str:
    with desk.database.reading() as session:
        return session.get_one(OutboundMail, mail_id).state


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("sent", "handed to the mail server"),
        ("failed", "could not be delivered"),
        ("uncertain", "may have arrived, or not"),
        ("deferred", "not yet: we try again"),
        ("sending", "is being sent"),
    ],
)
def test_the_fate_of_an_answer_stands_on_it_with_the_relays_words(
    desk: Desk, agent: Browser, clock: FakeClock, state: str, shown: str
) -> None:
    answer(desk, clock, state)
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert shown in page
    outbox = agent.get(f"/desk/outbox?state={state}").text
    assert "ann@shop.example" in outbox
    if state != "sending":
        for text in (page, outbox):
            assert "550 5.1.1 &lt;ann&gt;: no such user" in text
        assert "smtp://relay.test:25" in outbox
        assert "encrypted" in outbox


def test_a_failed_mail_is_sent_again_or_corrected(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    mail_id = answer(desk, clock, "failed")
    correct = f"/desk/outbox/{mail_id}/correct"
    wrong = agent.post(correct, correct, recipient="ann at home", text="It left today.")
    assert wrong.status_code == 422
    assert 'id="recipient-problem"' in wrong.text
    assert 'value="ann at home"' in wrong.text
    done = agent.post(
        correct, correct, recipient="ann@home.example", text="It left at noon.",
        next=f"/desk/t/{desk.ticket.number}",
    )  # fmt: skip
    assert (done.status_code, done.location) == (303, f"/desk/t/{desk.ticket.number}")
    page = agent.get("/desk/outbox").text
    assert "ann@home.example" in page
    assert "sent corrected" in page
    assert "It left at noon." in agent.get(f"/desk/t/{desk.ticket.number}").text
    agent.post(f"/desk/outbox/{mail_id}/again", "/desk/outbox")
    assert state_of(desk, mail_id) == "failed", "a replaced mail is not sent again"


def test_again_and_cancel(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    mail_id = answer(desk, clock, "uncertain")
    agent.post(f"/desk/outbox/{mail_id}/again", "/desk/outbox")
    assert state_of(desk, mail_id) == "queued"
    agent.post(f"/desk/outbox/{mail_id}/cancel", "/desk/outbox")
    assert state_of(desk, mail_id) == "cancelled"
    agent.post(f"/desk/outbox/{mail_id}/cancel", "/desk/outbox")
    assert "not waiting any more" in agent.get("/desk/outbox").text
    assert agent.post("/desk/outbox/999/again", "/desk/outbox").status_code == 404
    away = agent.post(f"/desk/outbox/{mail_id}/again", "/desk/outbox", next="//evil.example")
    assert away.location == "/desk/outbox"


def test_an_address_that_mail_came_back_from_is_warned_about_until_cleared(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    answer(desk, clock, "failed")
    path = f"/desk/t/{desk.ticket.number}"
    page = agent.get(path).text
    assert page.count("came back") >= 2, "beside the ticket, and over the composer"
    answered = agent.post("/desk/person/clear-bounce", path, person=str(desk.ann.id), next=path)
    assert answered.location == path
    with desk.database.reading() as session:
        kept = session.query(PersonAddress).filter_by(person_id=desk.ann.id).one()
        assert kept.bounced_at is None
    page = agent.get(path).text
    assert "Mail came back" not in page


def test_somebody_who_complained_is_shown_until_cleared(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        session.query(PersonAddress).filter_by(person_id=desk.ann.id).update(
            {"complained_at": clock.now}
        )
    path = f"/desk/t/{desk.ticket.number}"
    page = agent.get(path).text
    assert page.count("omplained") >= 2, "beside the ticket, and over the composer"
    agent.post("/desk/person/clear-bounce", path, person=str(desk.ann.id), next=path)
    assert "omplained" not in agent.get(path).text


def test_an_answer_that_waits_for_its_time_is_taken_back_on_the_ticket(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        comment = reply(
            session,
            Actor(desk.bo.id, "agent"),
            desk.ticket.id,
            Answer("Tomorrow.", leaves_at=clock.now + timedelta(days=1)),
            now=clock.now,
        )
        mail_id = session.query(OutboundMail).filter_by(comment_id=comment.id).one().id
    assert "taken back" in agent.get("/desk/outbox?state=queued").text
    agent.post(f"/desk/outbox/{mail_id}/cancel", "/desk/outbox")
    assert state_of(desk, mail_id) == "queued"
    with desk.database.reading() as session:
        assert session.get_one(Comment, comment.id).leaves_at


def test_customers_mails_come_first_and_colleagues_have_a_tab(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    assert "Nothing was sent to a customer yet" not in agent.get("/desk/outbox").text
    failed = answer(desk, clock, "failed")
    with desk.database.transaction() as session:
        told = session.query(OutboundMail).filter_by(template="delivery_failed_staff").count()
    page = agent.get("/desk/outbox").text
    lost, _, others = page.partition("The others")
    assert f"/desk/outbox/{failed}/again" in lost.partition("Did not arrive")[2]
    assert f"/desk/outbox/{failed}/again" not in others
    staff = agent.get("/desk/outbox?to=staff").text
    assert f"/desk/outbox/{failed}/again" not in staff
    assert ("bo@shop.example" in staff) == bool(told)
    empty = agent.get("/desk/outbox?to=staff&state=cancelled").text
    assert "No mail like that to colleagues." in empty
    assert "Look among those to customers" in empty
    found = agent.get("/desk/outbox?search=nobody-of-that-name").text
    assert 'name="to" value="customers"' in found


def test_a_link_to_a_state_leads_to_the_kind_that_has_mails_in_it(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    mail_id = answer(desk, clock, "failed")
    with desk.database.transaction() as session:
        session.get_one(OutboundMail, mail_id).template = "mail_alarm_staff"
    page = agent.get("/desk/outbox?state=failed").text
    assert 'name="to" value="staff"' in page
    assert f"/desk/outbox/{mail_id}/again" in page
