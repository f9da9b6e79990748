"""The figures: above the queue, and over time."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.vocabulary import PRIORITIES, STATUSES
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from web.rendering import duration

ROW = re.compile(r'class="row-link" href="/desk/t/(TKT\d+)"')
FIGURE = re.compile(
    r'href="(/desk\?[^"]+)"><span[^>]*>(?:<svg.*?</svg> ?)?([\w ]+)</span> <b>([\d,]+)</b>'
)


def test_each_figure_is_a_count_and_leads_to_what_it_counted(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    of_every_kind(desk, clock)
    clock.advance(seconds=60)
    page = agent.get("/desk").text
    figures = {
        label: (html.unescape(path), int(count)) for path, label, count in FIGURE.findall(page)
    }
    assert {"Total", "Open", "In progress", "Waiting", "Resolved", "Closed", "Urgent", "High",
            "Medium", "Low", "Refund", "Other"} <= set(figures)  # fmt: skip
    with desk.database.reading() as session:
        tickets = session.scalars(select(Ticket)).all()
        by_hand = {
            "Total": len(tickets),
            "In progress": sum(ticket.status == "in_progress" for ticket in tickets),
            "Closed": sum(ticket.status == "closed" for ticket in tickets),
            "Urgent": sum(ticket.priority == "urgent" for ticket in tickets),
            "Refund": sum(ticket.category == "refund" for ticket in tickets),
        }
        answers = [
            (ticket.first_response_at - ticket.created_at).total_seconds()
            for ticket in tickets
            if ticket.first_response_at
        ]
    assert {label: figures[label][1] for label in by_hand} == by_hand
    assert f"<b>{duration(sum(answers) / len(answers))}</b>" in page
    for label, (path, count) in figures.items():
        assert len(ROW.findall(agent.get(path).text)) == count, label

    # An open page is told the new ones by its poll.
    of_every_kind(desk, clock)
    poll = html.unescape(re.findall(r'hx-get="(/desk/pulse[^"]+)"', page)[0])
    clock.advance(seconds=60)
    told = {label: int(count) for _, label, count in FIGURE.findall(agent.get(poll).text)}
    assert told["Total"] == by_hand["Total"] + 20


def of_every_kind(desk: Desk, clock: FakeClock) -> None:
    """Twenty tickets, with every status and priority among them."""
    with desk.database.transaction() as session:
        for n in range(20):
            ticket = one_of_its_kind(session, desk, clock, n)
            ticket.status = list(STATUSES)[n % 5]
            if n % 2:
                ticket.first_response_at = clock.now + timedelta(minutes=n)


def one_of_its_kind(session: Session, desk: Desk, clock: FakeClock, n: int) -> Ticket:
    return create_ticket(
        session,
        Actor(desk.ann.id, "customer"),
        TicketDraft(
            subject=f"Ticket {n}",
            description="Please help.",
            category=("refund", "other", "account")[n % 3],
            priority=PRIORITIES[n % 4],
        ),
        now=clock.now,
    )


def test_the_figures_over_time_have_a_chart_and_its_numbers(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    of_every_kind(desk, clock)
    for days in (7, 30, 90, 5, "x"):
        page = agent.get(f"/desk/figures?days={days}").text
        shown = days if days in (7, 30, 90) else 30
        assert page.count('<rect class="came"') == shown + 1, days
        assert f"<td>{22}</td>" in page, days
        assert " style=" not in page
