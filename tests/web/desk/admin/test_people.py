"""People, as admins see and change them."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.web.conftest import Browser, Desk

PASSWORD = re.compile(r'<p class="password"><code>([a-z2-9-]{19})</code>')


def test_somebody_is_added_signs_in_is_changed_and_deactivated(
    desk: Desk, admin: Browser, visitor: Callable[[], Browser]
) -> None:
    answer = admin.post(
        "/desk/admin/people", email="Cleo@shop.example", name="Cleo Park", role="agent"
    )
    assert answer.status_code == 200
    (password,) = PASSWORD.findall(answer.text)
    person_id = re.findall(r'action="/desk/admin/people/(\d+)"', answer.text)[0]
    page = f"/desk/admin/people/{person_id}"
    assert password not in admin.get(page).text, "it is shown once"

    cleo = visitor()
    assert cleo.sign_in("cleo@shop.example", password).location == "/desk"
    assert cleo.get("/desk").status_code == 200
    assert "Settings</span>" not in cleo.get("/desk").text

    again = admin.post("/desk/admin/people", email="cleo@shop.example", name="C", role="admin")
    assert again.status_code == 422
    assert "Cleo Park is here already" in again.text
    assert cleo.get("/desk").status_code == 200, "neither password nor role was touched"
    assert admin.post(page, name="Cleo P.", role="admin").status_code == 303
    assert "Settings</span>" in cleo.get("/desk").text
    assert admin.post(page + "/addresses", address="cleo@home.example").status_code == 303
    refused = admin.post(page + "/addresses", address="ann@shop.example")
    assert refused.status_code == 422
    assert "Ann Lee’s already" in refused.text
    assert 'value="ann@shop.example"' in refused.text, "what was typed is kept"

    (fresh,) = PASSWORD.findall(admin.post(page + "/password").text)
    assert cleo.get("/desk").status_code == 303, "the old session ended"
    assert cleo.sign_in("cleo@home.example", fresh).location == "/desk"
    assert admin.get(page + "/deactivate").status_code == 200, "it asks first"
    assert cleo.get("/desk").status_code == 200
    assert admin.post(page + "/deactivate", to="nobody").status_code == 303
    assert cleo.get("/desk").status_code == 303
    assert cleo.sign_in("cleo@shop.example", fresh).status_code == 401
    log = admin.get("/desk/admin/log").text
    assert "Role: agent → admin" in log
    assert "State: active → deactivated" in log
    assert fresh not in log


def test_people_are_looked_for_and_the_last_admin_stays(desk: Desk, admin: Browser) -> None:
    found = admin.get("/desk/admin/people?q=ann").text
    assert "Ann Lee" in found
    assert "Bo Okafor" not in found
    assert "Nobody has such" in admin.get("/desk/admin/people?q=%22%3Cb%3E").text
    page = f"/desk/admin/people/{desk.ada.id}"
    for path, fields in (
        (page, {"name": "Ada", "role": "agent"}),
        (page + "/deactivate", {"to": "nobody"}),
        (page + "/deactivate", {"to": "nobody", "oneself": "yes"}),
        ("/desk/admin/people", {"email": "ada@shop.example", "role": "customer"}),
        ("/desk/admin/people", {"email": "nonsense", "role": "agent"}),
    ):
        answer = admin.post(path, **fields)
        assert answer.status_code == 422, path
        assert 'role="alert"' in answer.text, path
    assert admin.get("/desk/admin/people/999").status_code == 404
    assert admin.get("/desk").status_code == 200


def test_deactivating_asks_whose_tickets_they_become(
    desk: Desk, admin: Browser, agent: Browser
) -> None:
    number = desk.ticket.number
    agent.post(f"/desk/t/{number}/assignee", f"/desk/t/{number}", assignee=desk.bo.id)
    page = f"/desk/admin/people/{desk.bo.id}"
    assert "ticket that is not closed" in admin.get(page + "/deactivate").text
    for wrong in ("", str(desk.bo.id), str(desk.ann.id), "999", "x"):
        refused = admin.post(page + "/deactivate", to=wrong)
        assert refused.status_code == 422, wrong
        assert 'id="to-problem"' in refused.text
    assert agent.get("/desk").status_code == 200
    assert admin.post(page + "/deactivate", to=desk.ada.id).location == page
    assert agent.get("/desk").status_code == 303
    assert desk.reload().assignee_id == desk.ada.id
    assert "1 to Ada Lindgren" in admin.get("/desk/admin/log").text
    assert "Bo Okafor left" in admin.get(f"/desk/t/{number}").text
    assert admin.post(page + "/reactivate").status_code == 303
    assert agent.get("/desk").status_code == 303, "what ended stays ended"
    assert agent.sign_in("bo@shop.example").status_code == 303


def test_nobody_deactivates_themselves_by_one_click(desk: Desk, admin: Browser) -> None:
    admin.post(f"/desk/admin/people/{desk.bo.id}", name="Bo", role="admin")
    page = f"/desk/admin/people/{desk.ada.id}/deactivate"
    refused = admin.post(page, to="nobody")
    assert refused.status_code == 422
    assert "This is you" in refused.text
    assert admin.get("/desk").status_code == 200
    assert admin.post(page, to="nobody", oneself="yes").location == "/desk/login"
    assert admin.get("/desk").status_code == 303


def test_making_a_colleague_a_customer_asks_whose_tickets_they_become(
    desk: Desk, admin: Browser, agent: Browser
) -> None:
    number, page = desk.ticket.number, f"/desk/admin/people/{desk.bo.id}"
    agent.post(f"/desk/t/{number}/assignee", f"/desk/t/{number}", assignee=desk.bo.id)
    refused = admin.post(page, name="Bo", role="customer")
    assert refused.status_code == 422
    assert "ticket that is not closed" in refused.text
    assert '<option value="customer" selected>' in refused.text
    assert admin.post(page, name="Bo", role="customer", to=desk.bo.id).status_code == 422
    assert desk.reload().assignee_id == desk.bo.id
    assert admin.post(page, name="Bo", role="admin").location == page, "nothing is asked for that"
    assert admin.post(page, name="Bo", role="customer", to=desk.ada.id).location == page
    assert desk.reload().assignee_id == desk.ada.id


def test_nobody_takes_their_own_right_by_one_click(desk: Desk, admin: Browser) -> None:
    admin.post(f"/desk/admin/people/{desk.bo.id}", name="Bo", role="admin")
    page = f"/desk/admin/people/{desk.ada.id}"
    refused = admin.post(page, name="Ada", role="agent")
    assert refused.status_code == 422
    assert "This is you" in refused.text
    assert admin.get(page).status_code == 200
    assert admin.post(page, name="Ada", role="agent", oneself="yes").location == "/desk"
    assert admin.get(page).status_code == 404
    assert admin.get("/desk").status_code == 200


def test_an_admin_who_becomes_a_customer_is_signed_out(desk: Desk, admin: Browser) -> None:
    admin.post(f"/desk/admin/people/{desk.bo.id}", name="Bo", role="admin")
    page = f"/desk/admin/people/{desk.ada.id}"
    admin.post(f"/desk/t/{desk.ticket.number}/assignee", "/desk", assignee=desk.ada.id)
    asked = admin.post(page, name="Ada", role="customer")
    assert 'name="to"' in asked.text
    assert 'name="oneself"' in asked.text, "both questions at once"
    gone = admin.post(page, name="Ada", role="customer", oneself="yes", to="nobody")
    assert gone.location == "/desk/login"
    assert admin.get("/desk").status_code == 303
