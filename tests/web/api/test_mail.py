"""The mails over the API: what came in, what leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.models import DeliveryAttempt, OutboundMail
from tests.web.api.conftest import RAW_MAIL, Api, add_inbound_mail, problem


def test_inbound_mails_by_state(api: Api) -> None:
    ticket = api.ann.create()
    filed = add_inbound_mail(api, ticket_id=ticket["id"])
    held = add_inbound_mail(api, state="held", reason="Its headers are too long.")
    found = api.agent.get("/api/mail/inbound/")
    assert [mail["id"] for mail in found["results"]] == [held, filed]
    assert found["count"] == 2
    (only,) = api.agent.get("/api/mail/inbound/?state=held")["results"]
    assert (only["id"], only["reason"]) == (held, "Its headers are too long.")
    (only,) = api.agent.get("/api/mail/inbound/?state=filed")["results"]
    assert only == {
        "id": filed,
        "state": "filed",
        "reason": "",
        "received_at": "2026-11-23T09:00:00+00:00",
        "from": "ann@mail.example",
        "to": ["support@shop.example"],
        "subject": "Hi",
        "message_id": "1@mail.example",
        "kind": "message",
        "size": len(RAW_MAIL),
        "ticket_number": ticket["ticket_number"],
    }
    assert api.agent.get("/api/mail/inbound/?state=set_aside")["results"] == []
    assert list(problem(api.agent("GET", "/api/mail/inbound/?state=no"), 422)["errors"]) == [
        "state"
    ]


def test_pages_of_inbound_mails(api: Api) -> None:
    ids = [add_inbound_mail(api, subject=f"{number}") for number in range(3)]
    page = api.agent.get("/api/mail/inbound/?page=2&page_size=2")
    assert [mail["id"] for mail in page["results"]] == ids[:1]
    assert page["previous"].startswith("http://localhost/api/mail/inbound/?")


def test_the_decision(api: Api) -> None:
    detail = api.agent.get(f"/api/mail/inbound/{add_inbound_mail(api)}/")
    assert detail["decision"] == {"rule": "new", "why": "It names no ticket."}
    assert detail["defects"] == ["two Subject fields"]
    assert (detail["envelope_from"], detail["peer"]) == ("bounces@mail.example", "192.0.2.1")
    problem(api.agent("GET", "/api/mail/inbound/999/"), 404)
    problem(api.agent("GET", f"/api/mail/inbound/{'9' * 40}/"), 404)


def test_the_raw_mail_byte_for_byte(api: Api) -> None:
    answer = api.agent("GET", f"/api/mail/inbound/{add_inbound_mail(api)}/raw")
    assert answer.data == RAW_MAIL
    assert answer.content_type == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    problem(api.agent("GET", "/api/mail/inbound/999/raw"), 404)
    missing = add_inbound_mail(api, raw_sha256="0" * 64)
    assert "missing" in problem(api.agent("GET", f"/api/mail/inbound/{missing}/raw"), 404)["detail"]


@pytest.mark.own_app
def test_a_store_that_is_away_is_503(api: Api) -> None:
    mail, folder = add_inbound_mail(api), Path(api.store.settings.blob_url)
    folder.rename(f"{folder}.away")
    folder.write_bytes(b"")
    answer = api.agent("GET", f"/api/mail/inbound/{mail}/raw")
    folder.unlink()
    Path(f"{folder}.away").rename(folder)
    assert "store of files" in problem(answer, 503)["detail"]
    assert answer.headers["Retry-After"] == "5"


def test_outbound_mails_with_their_attempts(api: Api) -> None:
    ticket = api.ann.create()
    with api.database.transaction() as session:
        mail = session.query(OutboundMail).one()
        mail.state = "deferred"
        session.add(
            DeliveryAttempt(
                outbound_mail_id=mail.id,
                at=api.clock(),
                relay="smtp://relay.example:25",
                outcome="deferred",
                code=451,
                text="4.7.1 Greylisted",
            )
        )
        mail_id, subject = mail.id, mail.subject
    assert api.agent.get("/api/mail/outbound/?state=deferred")["results"] == [
        {
            "id": mail_id,
            "to": "ann@mail.example",
            "subject": subject,
            "state": "deferred",
            "attempts": [
                {
                    "at": "2026-11-23T09:00:00+00:00",
                    "relay": "smtp://relay.example:25",
                    "code": 451,
                    "text": "4.7.1 Greylisted",
                }
            ],
            "ticket_number": ticket["ticket_number"],
        }
    ]
    assert api.agent.get("/api/mail/outbound/?state=sent")["count"] == 0
    assert api.agent.get("/api/mail/outbound/")["count"] == 1


@pytest.mark.parametrize(
    "path",
    [
        "/api/mail/inbound/",
        "/api/mail/inbound/?state=waiting",
        "/api/mail/inbound/{id}/",
        "/api/mail/inbound/{id}/raw",
        "/api/mail/outbound/",
    ],
)
def test_mails_are_for_staff(api: Api, path: str) -> None:
    problem(api.ann("GET", path.format(id=add_inbound_mail(api))), 403)
