"""A mail moved from its page to another ticket."""

from __future__ import annotations

from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import newest_undo, undo_in_toast
from tests.web.desk.inbound import filed_id


def test_a_mail_is_moved_from_its_page_and_back(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    page = f"/desk/mail/{filed_id(desk)}"
    wrong = agent.post(f"{page}/move", page, to="TKT<b>")
    assert wrong.status_code == 422
    assert 'value="TKT&lt;b&gt;"' in wrong.text
    assert 'id="to-problem"' in wrong.text
    assert agent.post(f"{page}/move-back", page).status_code == 409

    done = agent.post(f"{page}/move", page, to=desk.other.number)
    assert done.location.startswith(f"/desk/t/{desk.other.number}#c")
    moved = agent.get(page).text
    assert f"from {desk.ticket.number} to {desk.other.number} by Bo Okafor" in moved
    onto = agent.get(f"/desk/t/{desk.other.number}").text
    assert "Where is my parcel?" in onto
    assert f"Moved mail: {desk.ticket.number} → {desk.other.number}" in onto
    back = agent.post(f"{page}/move-back", page)
    assert back.location.startswith(f"/desk/t/{desk.ticket.number}#c")
    action, change = undo_in_toast(agent.get(back.location.partition("#")[0]).text)
    agent.post(action, page, change=change)
    assert "Where is my parcel?" in agent.get(f"/desk/t/{desk.other.number}").text
    agent.post(f"/desk/t/{desk.other.number}/undo-change", page, change=newest_undo(
        agent.get(f"/desk/t/{desk.other.number}").text
    ))  # fmt: skip
    assert "and back again by Bo Okafor" in agent.get(page).text
    assert "Where is my parcel?" in agent.get(f"/desk/t/{desk.ticket.number}").text
