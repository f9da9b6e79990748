"""Settings › Retention: what would go is shown before an age is saved."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from helpdesk.actions.delete_old import begin_runs, work_off_old
from helpdesk.actor import SYSTEM
from helpdesk.models import OutboundMail, OutboundState, RetentionKind, Ticket
from helpdesk.tickets.retention import age_of, rules
from helpdesk.vocabulary import Status
from tests.support.clock import FakeClock
from tests.support.factories import make_ticket
from tests.web.conftest import Browser, Desk

PAGE = "/desk/admin/retention"


def close_first(desk: Desk, clock: FakeClock) -> None:
    """The desk's ticket was closed two years ago, and there is a newer one."""
    with desk.database.transaction() as session:
        make_ticket(session, desk.ann, "newest", now=clock())
        old = clock() - timedelta(days=730)
        session.execute(
            update(Ticket)
            .where(Ticket.id == desk.ticket.id)
            .values(status=Status.CLOSED, closed_at=old, updated_at=old)
        )
        session.execute(update(OutboundMail).values(state=OutboundState.SENT))


def test_what_would_go_is_shown_first_and_begins_a_day_later(
    desk: Desk, admin: Browser, clock: FakeClock
) -> None:
    close_first(desk, clock)
    assert "All is kept." in admin.get(PAGE).text
    shown = admin.post(PAGE, PAGE, tickets="365", spam="", raw_mail="", log="", step="save")
    assert shown.status_code == 200
    assert "1 ticket" in shown.text
    assert "would go" in shown.text
    assert "Nothing is saved yet" in shown.text
    with desk.database.reading() as session:
        assert not rules(session), "what was not seen is not saved"
    other = admin.post(PAGE, PAGE, tickets="365", spam="3", step="save", seen="365///")
    assert "Nothing is saved yet" in other.text
    saved = admin.post(PAGE, PAGE, tickets="365", step="save", seen="365///")
    assert saved.status_code == 303
    page = admin.get(PAGE).text
    assert 'value="365"' in page
    assert "until then all is kept" in page
    with desk.database.reading() as session:
        assert age_of(rules(session)[RetentionKind.TICKETS]).at(clock()) is None
    log = admin.get("/desk/admin/log").text
    assert "Closed tickets are deleted after: never → 365 days, from" in log


def test_a_wrong_age_is_said_beside_its_field(desk: Desk, admin: Browser, agent: Browser) -> None:
    wrong = admin.post(PAGE, PAGE, tickets="30", spam="7")
    assert wrong.status_code == 422
    assert "90 to 7300" in wrong.text
    assert 'value="30"' in wrong.text
    assert agent.get(PAGE).status_code == 404


def test_a_link_to_what_is_gone_says_so_and_keeps_what_was_typed(
    desk: Desk, admin: Browser, anonymous: Browser, clock: FakeClock
) -> None:
    close_first(desk, clock)
    link = f"/t/{desk.token()}"
    admin.post(PAGE, PAGE, tickets="365", step="save", seen="365///")
    clock.advance(days=2)
    with desk.database.transaction() as session:
        begin_runs(session, SYSTEM, now=clock())
    work_off_old(
        desk.database.transaction,
        SYSTEM,
        RetentionKind.TICKETS,
        clock=clock,
        monotonic=lambda: 0.0,
        sleep=lambda _: None,
        seconds=1,
    )
    page = anonymous.get(link)
    assert page.status_code == 410
    assert "This request is no longer kept" in page.text
    answer = anonymous.post(link, "/new", comment="My words & all")
    assert answer.status_code == 410
    assert "My words &amp; all" in answer.text
    assert anonymous.get("/t/abcdefgh").status_code == 404
    admin.is_signed_in_as(desk.ada)
    assert "1 ticket" in admin.get(PAGE).text
    assert "Closed tickets deleted by their age: 1" in admin.get("/desk/admin/log").text
