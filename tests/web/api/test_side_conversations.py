"""Side conversations by the API: begun, written on and read by staff alone."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.models import OutboundMail
from tests.helpdesk.mails import mail, receive
from tests.web.api.conftest import Api

ASKED = {"to": ["info@carrier.example"], "subject": "Parcel 1Z99", "comment": "Where is it?"}


def test_staff_begin_one_write_in_it_and_read_the_answers(api: Api) -> None:
    ticket = api.ann.create()
    path = f"/api/tickets/{ticket['id']}/side-conversations/"
    begun = api.agent("POST", path, ASKED).json
    assert (begun["internal"], begun["comment"]) == (True, "Where is it?")
    side_id = begun["side_conversation"]
    with api.database.reading() as session:
        sent = session.scalars(
            select(OutboundMail).where(OutboundMail.recipient == "info@carrier.example")
        ).one()
    answer = mail("info@carrier.example", text="Here.", to=(sent.reply_to,), verdict="pass")
    receive(api.database, answer, api.clock.now)
    more = {"side_conversation": side_id, "comment": "Thanks."}
    assert api.agent("POST", path, more).json["side_conversation"] == side_id
    listed = api.agent.get(path)
    (side,) = listed["results"]
    assert (listed["count"], side["id"], side["subject"]) == (1, side_id, "Parcel 1Z99")
    assert [person["email"] for person in side["people"]] == ["info@carrier.example"]
    assert [one["comment"] for one in side["messages"]] == ["Where is it?", "Here.", "Thanks."]
    detail = api.agent.get(f"/api/tickets/{ticket['id']}/")
    said = [one["side_conversation"] for one in detail["comments"]]
    assert said == [None, side_id, side_id, side_id]


def test_the_customer_reads_nothing_of_it(api: Api) -> None:
    ticket = api.ann.create()
    path = f"/api/tickets/{ticket['id']}/side-conversations/"
    api.agent("POST", path, ASKED)
    assert api.ann("GET", path).status_code == 403
    assert api.ann("POST", path, ASKED).status_code == 403
    assert api.bob("GET", path).status_code == 404
    told = api.ann("GET", f"/api/tickets/{ticket['id']}/").text
    assert "carrier" not in told
    assert "Parcel" not in told
    assert api.ann.get("/api/tickets/?search=Parcel")["count"] == 0


def test_what_does_not_hold_is_named(api: Api) -> None:
    ticket = api.ann.create()
    path = f"/api/tickets/{ticket['id']}/side-conversations/"
    for changed, field in (
        ({"to": ["nobody"]}, "to"),
        ({"to": []}, "to"),
        ({"to": ["ann@mail.example"]}, "to"),
        ({"subject": None}, "subject"),
        ({"comment": ""}, "comment"),
        ({"side_conversation": 7}, "side_conversation"),
    ):
        refused = api.agent("POST", path, {**ASKED, **changed})
        assert refused.status_code == 422, changed
        assert set(refused.json["errors"]) == {field}, refused.text


def test_the_customer_is_told_that_their_answer_is_needed_still(api: Api) -> None:
    ticket = api.ann.create()
    path = f"/api/tickets/{ticket['id']}/"
    api.agent("POST", f"{path}side-conversations/", ASKED)
    api.agent("POST", f"{path}comment/", {"comment": "Which colour?"})
    with api.database.reading() as session:
        sent = session.scalars(
            select(OutboundMail).where(OutboundMail.recipient == "info@carrier.example")
        ).one()
    before = api.ann.get(path)
    answer = mail("info@carrier.example", text="Here.", to=(sent.reply_to,), verdict="pass")
    receive(api.database, answer, api.clock.now)
    after = api.ann.get(path)
    assert after["status"] == before["status"] == "waiting"
    assert after["history"] == before["history"]
    assert api.ann.get("/api/tickets/?status=waiting")["count"] == 1
    assert api.ann.get("/api/tickets/?status=in_progress")["count"] == 0
    for_staff = api.agent.get(path)
    assert for_staff["status"] == for_staff["history"][-1]["new_value"] == "in_progress"
    assert api.agent.get("/api/tickets/?status=in_progress")["count"] == 1
