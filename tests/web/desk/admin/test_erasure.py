"""Erasing somebody on the pages: shown first, and only with a yes."""

from __future__ import annotations

import io
import zipfile

from sqlalchemy import select

from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.erase_person import next_erasure, work_off_erasure
from helpdesk.models import OutboundMail
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.support.factories import make_ticket
from tests.web.conftest import Browser, Desk


def test_it_is_shown_then_asked_then_done(
    desk: Desk, admin: Browser, agent: Browser, clock: FakeClock
) -> None:
    person = f"/desk/admin/people/{desk.ann.id}"
    page = f"{person}/erase"
    assert page in admin.get(person).text
    shown = admin.get(page).text
    assert "<b>1 ticket</b> with nobody else on it" in shown
    assert desk.ann.address in shown
    assert agent.get(page).status_code == 404
    unsure = admin.post(page, page)
    assert unsure.status_code == 422
    assert "Say that you are sure" in unsure.text
    begun = admin.post(page, page, sure="yes")
    assert begun.status_code == 303
    going = admin.get("/desk/admin/erasures").text
    assert "goes on" in going
    with desk.database.reading() as session:
        erasure_id = next_erasure(session)
    assert erasure_id
    work_off_erasure(
        desk.database.reading,
        desk.database.transaction,
        erasure_id,
        clock=clock,
        sleep=lambda _: None,
    )
    done = admin.get("/desk/admin/erasures").text
    assert "done" in done
    assert "1 ticket deleted" in done
    assert desk.ann.address not in done
    log = admin.get("/desk/admin/log").text
    assert f"erasure {erasure_id}" in log
    assert desk.ann.address not in log
    assert "no address here" in admin.get(page).text


def test_a_colleague_is_not_erased(desk: Desk, admin: Browser) -> None:
    page = f"/desk/admin/people/{desk.bo.id}/erase"
    assert "This is a colleague" in admin.get(page).text
    assert page not in admin.get(f"/desk/admin/people/{desk.bo.id}").text


def test_the_export_is_a_file_for_them(desk: Desk, admin: Browser, agent: Browser) -> None:
    person = f"/desk/admin/people/{desk.ann.id}"
    made = admin.post(f"{person}/export", person, notes="yes")
    assert made.status_code == 200
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert desk.ticket.subject in archive.read("index.html").decode()
    assert agent.post(f"{person}/export", "/desk").status_code == 404
    colleague = f"/desk/admin/people/{desk.bo.id}"
    assert admin.post(f"{colleague}/export", colleague).status_code == 303
    log = admin.get("/desk/admin/log").text
    assert "Exported" in log


def test_a_ticket_with_others_can_still_be_read_and_answered(
    desk: Desk, admin: Browser, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        actor = actor_of(desk.bo)
        add_person_to(session, actor, desk.ticket.id, desk.ben.id, now=clock())
        hollow = make_ticket(session, desk.ann, "Hers alone", now=clock())
        number = hollow.number
    page = f"/desk/admin/people/{desk.ann.id}/erase"
    assert "<b>1 ticket</b> with others on it stays" in admin.get(page).text
    admin.post(page, page, sure="yes")
    with desk.database.reading() as session:
        erasure_id = next_erasure(session) or 0
    work_off_erasure(
        desk.database.reading,
        desk.database.transaction,
        erasure_id,
        clock=clock,
        sleep=lambda _: None,
    )
    there = f"/desk/t/{desk.ticket.number}"
    shown = agent.get(there)
    assert shown.status_code == 200
    assert "[erased]" in shown.text
    assert desk.ann.address not in shown.text
    assert agent.post(f"{there}/reply", there, comment="Still here").status_code == 303
    with desk.database.reading() as session:
        to = session.scalars(
            select(OutboundMail.recipient).where(OutboundMail.ticket_id == desk.ticket.id)
        ).all()
    assert set(to) <= {desk.ben.address}
    assert number in agent.get("/desk?view=trash").text
    assert agent.get(f"/desk/t/{number}").status_code == 200
    assert admin.get(f"/desk/admin/people/{desk.ann.id}").status_code == 200
