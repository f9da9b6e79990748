"""Rating an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from helpdesk.models import OutboundMail
from helpdesk.queries.trends import trends
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_rating_takes_a_button_and_reaches_staff(
    desk: Desk, anonymous: Browser, agent: Browser, clock: FakeClock
) -> None:
    page = f"/t/{desk.token()}"
    rate = f"{page}/rate"
    early = anonymous.post(rate, f"{rate}?grade=good", grade="good")
    assert early.status_code == 422
    assert "as soon as it is solved" in early.text
    bo = Actor(desk.bo.id, "agent")
    with desk.database.transaction() as session:
        reply(session, bo, desk.ticket.id, Answer("Found it.", status="resolved"), now=clock.now)
    assert 'value="bad" checked' in anonymous.get(f"{rate}?grade=bad").text
    assert desk.reload().rating is None, "programs open links in mails"
    assert "Please choose one" in anonymous.post(rate, rate).text
    answer = anonymous.post(rate, rate, grade="good", comment="So <b>quick</b>!")
    assert "You rated this: Good." in anonymous.get(answer.location).text
    shown = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert "So &lt;b&gt;quick&lt;/b&gt;!" in shown
    with desk.database.reading() as session:
        figures = trends(session, bo, days=1, now=clock()).ratings
        assert (figures.by_grade, figures.satisfied) == ({"good": 1, "okay": 0, "bad": 0}, 100)


def test_a_survey_is_one_mail_a_ticket_after_it_was_resolved(desk: Desk, clock: FakeClock) -> None:
    bo = Actor(desk.bo.id, "agent")

    def surveys() -> list[tuple[str, datetime]]:
        with desk.database.reading() as session:
            mails = session.scalars(
                select(OutboundMail)
                .where(OutboundMail.template == "survey_customer")
                .order_by(OutboundMail.id)
            )
            return [(mail.state, mail.next_attempt_at) for mail in mails]

    def act(action: Callable[..., object], *arguments: object) -> None:
        with desk.database.transaction() as session:
            action(session, bo, desk.ticket.id, *arguments, now=clock.now)

    act(change_status, "resolved")
    assert surveys() == [], "nobody is asked who was never answered"
    act(change_status, "open")
    with desk.database.transaction() as session:
        reply(session, bo, desk.ticket.id, Answer("Found.", status="resolved"), now=clock.now)
    assert surveys() == [("queued", clock.now + timedelta(hours=1))]
    act(change_status, "open")
    assert [state for state, _ in surveys()] == ["cancelled"], "it is not over"
    act(change_status, "resolved")
    with desk.database.transaction() as session:
        for mail in session.scalars(select(OutboundMail).where(OutboundMail.state == "queued")):
            mail.state = "sent"
    act(change_status, "open")
    act(change_status, "resolved")
    assert [state for state, _ in surveys()] == ["cancelled", "sent"], "once"
