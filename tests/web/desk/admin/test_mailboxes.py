"""Mailboxes, as admins set them up."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from helpdesk.actions.set_fetch import FetchWish, set_fetch
from helpdesk.actions.set_relay import RelayWish, set_relay
from helpdesk.actor import SYSTEM
from helpdesk.imap.account import ImapAccount, Tls
from helpdesk.imap.trouble import TroubleKind
from helpdesk.models import AfterFetching, Mailbox
from helpdesk.queries.database_clock import database_time
from helpdesk.submission.account import SendingAccount
from helpdesk.submission.trouble import RelayFault
from tests.support.factories import NOW
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
        "asks_reason": "on",
    }
    assert admin.post(page, **fields).status_code == 303
    with desk.database.reading() as session:
        box = session.scalars(select(Mailbox).where(Mailbox.name == "Orders")).one()
        assert (box.signature, box.reopening_days) == ("Kind regards\nOrders", 3)
        assert (box.fed_through, box.language) == (["sales@shop.example"], "de")
        assert box.forwarded
        assert box.asks_reason
    assert 'name="forwarded" checked' in admin.get(page).text
    assert 'name="asks_reason" checked' in admin.get(page).text
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


def test_a_mailbox_is_readdressed_hidden_and_its_form_closed(desk: Desk, admin: Browser) -> None:
    page = "/desk/admin/mailboxes/1"
    old = address_of(desk)
    wrong = admin.post(f"{page}/address", page, address="help")
    assert wrong.status_code == 422
    assert "is no mailbox" in wrong.text
    assert 'name="address" value="help"' in wrong.text
    assert admin.post(f"{page}/address", page, address="help@shop.example").status_code == 303
    assert address_of(desk) == "help@shop.example"
    assert f"Formerly <bdi>{old}</bdi>" in admin.get(page).text
    fields = {"name": "The Shop", "colour": "#123456", "language": "en", "reopening_days": "3"}
    assert admin.post(page, **fields, hidden="on", no_form="on").status_code == 303
    listed = admin.get("/desk/admin/mailboxes").text
    assert ">Hidden</span>" in listed
    assert ">No form</span>" in listed
    assert 'name="hidden" checked' in admin.get(page).text
    mine = admin.post(page, **fields, fed_through="ann@shop.example")
    assert mine.status_code == 422
    assert "is the address of" in mine.text
    log = admin.get("/desk/admin/log").text
    assert f"Address: {old} → help@shop.example" in log
    assert "Public: yes → no" in log


def test_a_mailbox_is_paused_resumed_and_removed(desk: Desk, admin: Browser) -> None:
    admin.post("/desk/admin/mailboxes", address="orders@shop.example", name="Orders")
    page = "/desk/admin/mailboxes/1"
    assert admin.post(f"{page}/state", page, do="pause").status_code == 303
    assert ">Paused</span>" in admin.get("/desk/admin/mailboxes").text
    assert "Take mail again" in admin.get(page).text
    assert "paused: servers that send to it wait" in admin.get("/desk/mail/watch").text
    assert admin.post(f"{page}/state", page, do="resume").status_code == 303
    assert admin.post(f"{page}/state", page, do="nothing").status_code == 400
    assert admin.post(f"{page}/state", page, do="remove").status_code == 303
    listed = admin.get("/desk/admin/mailboxes").text
    assert ">Removed</span>" in listed
    assert f'href="{page}"' not in listed
    assert admin.get(page).status_code == 404
    assert admin.get(f"/desk/t/{desk.ticket.number}").status_code == 200
    assert "(removed)" in admin.get("/desk").text, "its tickets can still be looked for"
    last = admin.post("/desk/admin/mailboxes/2/state", "/desk/admin/mailboxes", do="remove")
    assert last.status_code == 422
    assert "It is the only mailbox" in admin.get("/desk/admin/mailboxes/2").text
    again = admin.post("/desk/admin/mailboxes", address=address_of(desk))
    assert again.location == page
    assert "Added as The Shop" in admin.get("/desk/admin/log").text


def address_of(desk: Desk) -> str:
    with desk.database.reading() as session:
        return session.get_one(Mailbox, 1).address


def test_the_list_says_which_mailboxes_are_in_trouble(desk: Desk, admin: Browser) -> None:
    page = "/desk/admin/mailboxes"
    shown = admin.get(page).text
    assert "<b>fetched</b> by IMAP" in shown
    assert "Not fetched" not in shown
    assert "Cannot send" not in shown
    fetched = ImapAccount("imap.hoster.example", 993, Tls.IMPLICIT, "support", "secret")
    sends = SendingAccount("smtp.hoster.example", 465, Tls.IMPLICIT, "support", "secret")
    with desk.database.transaction() as session:
        wish = FetchWish(fetched, AfterFetching.SEEN, "", NOW)
        fetch = set_fetch(session, SYSTEM, "support@shop.example", wish, now=NOW)
        fetch.held_until = database_time(session)
        fetch.trouble, fetch.trouble_since = TroubleKind.REFUSED, NOW
        by = RelayWish(1, "support@shop.example", sends, None, "")
        relay = set_relay(session, SYSTEM, "support@shop.example", by, now=NOW)
        relay.trouble = RelayFault.REFUSED
    shown = admin.get(page).text
    assert 'title="The server refuses the user name or the password.">Not fetched</a>' in shown
    assert 'title="The server does not let this account in.">Cannot send</a>' in shown
