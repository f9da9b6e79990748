"""The page that a form stands on, from the address that it is sent to."""

from __future__ import annotations

from tests.web.conftest import Browser, Desk


def test_a_look_at_an_address_that_takes_forms_leads_to_their_page(
    desk: Desk, agent: Browser
) -> None:
    ticket = f"/desk/t/{desk.ticket.number}"
    for path, page in {
        f"{ticket}/reply": ticket,
        f"{ticket}/draft/note": ticket,
        f"{ticket}/note/undo": ticket,
        "/desk/mail/7/move": "/desk/mail/7",
        "/desk/mail/decide": "/desk/mail",
        "/desk/mail/trusted/add": "/desk/mail/trusted",
        "/desk/outbox/7/again": "/desk/outbox",
        "/desk/bulk": "/desk",
        "/desk/account/name": "/desk/account",
    }.items():
        answer = agent.get(path)
        assert (answer.status_code, answer.location) == (303, page)
    assert agent.get("/desk/nothing/of/this").status_code == 404
    assert agent.client.put(f"{ticket}/reply").status_code == 405


def test_a_form_that_comes_back_names_its_pages_own_address(desk: Desk, agent: Browser) -> None:
    ticket = f"/desk/t/{desk.ticket.number}"
    assert "data-own-address" not in agent.get(ticket).text
    for path, page in {
        f"{ticket}/reply": ticket,
        f"{ticket}/merge": ticket,
        "/desk/mail/trusted/add": "/desk/mail/trusted",
        "/desk/new": "/desk/new",
    }.items():
        refused = agent.post(path, page)
        assert refused.status_code == 422
        assert f'data-own-address="{page}"' in refused.text
