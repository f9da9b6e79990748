"""Mailboxes, as admins set them up."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from helpdesk.models import Mailbox
from tests.web.conftest import PNG, Browser, Desk


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
        "forwarded": "on",
    }
    assert admin.post(page, **fields).status_code == 303
    with desk.database.reading() as session:
        box = session.scalars(select(Mailbox).where(Mailbox.name == "Orders")).one()
        assert (box.signature, box.reopening_days) == ("Kind regards\nOrders", 3)
        assert (box.fed_through, box.language) == (["sales@shop.example"], "de")
        assert box.forwarded
    assert 'name="forwarded" checked' in admin.get(page).text
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
