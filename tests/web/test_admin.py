"""The admins' pages: each change by its form, what does not hold said beside its field."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.actions.change_ticket import change_category
from helpdesk.actor import Actor
from helpdesk.models import AuditEntry, Mailbox
from tests.support.clock import FakeClock
from tests.web.conftest import PNG, Browser, Desk

PASSWORD = re.compile(r'<p class="password"><code>([a-z2-9-]{19})</code>')


@pytest.fixture
def admin(desk: Desk, visitor: Callable[[], Browser]) -> Browser:
    made = visitor()
    made.is_signed_in_as(desk.ada)
    return made


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


def test_a_mailbox_is_added_and_set_up(desk: Desk, admin: Browser) -> None:
    answer = admin.post("/desk/admin/mailboxes", address="Orders@shop.example", name="Orders")
    page = answer.location
    fields = {
        "name": "Orders",
        "signature": "Kind regards\nOrders",
        "colour": "#123456",
        "language": "de",
        "reopening_days": "3",
        "fed_through": "sales@shop.example",
    }
    assert admin.post(page, **fields).status_code == 303
    with desk.database.reading() as session:
        box = session.scalars(select(Mailbox).where(Mailbox.name == "Orders")).one()
        assert (box.signature, box.reopening_days) == ("Kind regards\nOrders", 3)
        assert (box.fed_through, box.language) == (["sales@shop.example"], "de")
    wrong = admin.post(page, **{**fields, "reopening_days": "soon", "signature": "typed text"})
    assert wrong.status_code == 422
    assert "Say it as a number of days" in wrong.text
    assert "typed text" in wrong.text
    assert admin.post("/desk/admin/mailboxes", address="orders").status_code == 422
    again = admin.post("/desk/admin/mailboxes", address="orders@shop.example", name="Other")
    assert again.status_code == 422
    assert "is a mailbox already: “Orders”" in again.text
    assert "Orders" in admin.get("/desk").text, "the filter offers it at once"


def test_customers_see_the_logo_that_was_sent_and_are_asked_when_it_was_set(
    desk: Desk, admin: Browser, anonymous: Browser
) -> None:
    page = "/desk/admin/mailboxes/1"
    for wrong in (b"<svg onload=alert(1)>", b"", PNG + b"0" * 200_000):
        answer = admin.post(f"{page}/logo", page, logo=(io.BytesIO(wrong), "logo.png"))
        assert answer.status_code == 422
        assert "A logo is a PNG, JPEG, GIF or WebP" in answer.text
        assert 'name="name" value="The Shop"' in answer.text, "the settings stand there as ever"
    assert admin.post(f"{page}/logo", page, logo=(io.BytesIO(PNG), "x.exe")).status_code == 303
    shown = re.search(r'<img class="logo" src="([^"]+)"', anonymous.get("/").text)
    assert shown
    assert anonymous.get(shown[1]).data == PNG
    assert admin.post(f"{page}/logo", page, remove="1").status_code == 303
    assert '<img class="logo"' not in anonymous.get("/").text

    fields = {"name": "The Shop", "colour": "#123456", "language": "en", "reopening_days": "3"}
    for survey, minutes in (("90", 90), ("", None)):
        assert admin.post(page, **fields, survey=survey).status_code == 303
        with desk.database.reading() as session:
            assert session.get_one(Mailbox, 1).survey_minutes == minutes
    wrong_survey = admin.post(page, **fields, survey="soon")
    assert wrong_survey.status_code == 422
    assert 'id="survey-problem"' in wrong_survey.text
    assert admin.post(page, **fields, survey="999999").status_code == 422
    log = admin.get("/desk/admin/log").text
    assert "Survey: 90 min → never" in log
    assert "Logo removed: a logo" in log


def test_a_category_is_added_used_renamed_and_put_out_of_use(
    desk: Desk, admin: Browser, agent: Browser, clock: FakeClock
) -> None:
    assert admin.post("/desk/admin/categories", label="Repairs").status_code == 303
    assert ">Repairs</option>" in agent.get("/desk/new").text
    with desk.database.transaction() as session:
        actor = Actor(desk.bo.id, "agent")
        change_category(session, actor, desk.ticket.id, "repairs", now=clock.now)
    listed = admin.get("/desk/admin/categories").text
    ids = re.findall(r'action="/desk/admin/categories/(\d+)"', listed)
    path = f"/desk/admin/categories/{ids[-1]}"
    assert admin.post(path, label="Mending").status_code == 303
    assert '<span class="chip">Mending</span>' in agent.get("/desk").text
    assert admin.post(path, label="Refund").status_code == 422
    assert admin.post(path, state="retire").status_code == 303
    assert ">Mending</option>" not in agent.get("/desk/new").text
    assert '<span class="chip">Mending</span>' in agent.get("/desk").text
    ticket = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert "Mending" in ticket
    with desk.database.reading() as session:
        newest = select(AuditEntry.actor_id).order_by(AuditEntry.id.desc()).limit(1)
        assert session.scalar(newest) == desk.ada.id
