"""Settings › Desk."""

from __future__ import annotations

from helpdesk.tickets.desk_settings import desk_settings
from tests.web.conftest import Browser, Desk


def test_when_resolved_tickets_are_closed_is_set_here(desk: Desk, admin: Browser) -> None:
    page = "/desk/admin/desk"
    assert 'name="close_days" value="7"' in admin.get(page).text
    assert admin.post(page, page, close_days="14").status_code == 303
    assert 'value="14"' in admin.get(page).text
    wrong = admin.post(page, page, close_days="soon")
    assert wrong.status_code == 422
    assert "1 to 365" in wrong.text
    assert admin.post(page, page, close_days="").status_code == 303
    with desk.database.reading() as session:
        assert desk_settings(session).close_days is None
    assert "Resolved tickets are closed after: 14 days → never" in admin.get("/desk/admin/log").text


def test_whether_thanks_open_a_ticket_is_set_here(desk: Desk, admin: Browser) -> None:
    page, box = "/desk/admin/desk", 'name="thanks_keep_finished" checked'
    assert box in admin.get(page).text
    admin.post(page, page, close_days="7")
    assert box not in admin.get(page).text
    log = admin.get("/desk/admin/log").text
    assert "A mail that only thanks opens no finished ticket again: yes → no" in log
