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
    assert admin.post(page + "/state", active="no").status_code == 303
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
        (page + "/state", {"active": "no"}),
        ("/desk/admin/people", {"email": "ada@shop.example", "role": "customer"}),
        ("/desk/admin/people", {"email": "nonsense", "role": "agent"}),
    ):
        answer = admin.post(path, **fields)
        assert answer.status_code == 422, path
        assert 'role="alert"' in answer.text, path
    assert admin.get("/desk/admin/people/999").status_code == 404
    assert admin.get("/desk").status_code == 200
