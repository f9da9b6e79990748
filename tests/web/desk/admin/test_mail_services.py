"""Services that post a mailbox's mail, set up in the browser; for admins alone."""

from __future__ import annotations

import re

from helpdesk.actions.note_post import note_refused
from helpdesk.models import MailService
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

PAGE = "/desk/admin/mailboxes/1/services"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"


def service(desk: Desk) -> MailService | None:
    with desk.database.reading() as session:
        return session.query(MailService).one_or_none()


def test_one_with_a_password(desk: Desk, admin: Browser) -> None:
    answer = admin.post(PAGE, PAGE, provider="postmark")
    (shown,) = re.findall(r"http://postdesk:([\w-]{32})@localhost/api/mail/\S+?/", answer.text)
    made = service(desk)
    assert made is not None
    assert shown not in made.password_hash
    page = admin.get(PAGE).text
    assert shown not in page
    assert f"/api/mail/inbound/postmark/{made.key}/" in page
    again = admin.post(PAGE, PAGE, provider="postmark", do="password").text
    assert "postdesk:" in again
    assert shown not in again
    changed = service(desk)
    assert changed is not None
    assert (changed.key, changed.password_hash != made.password_hash) == (made.key, True)


def test_one_that_signs(desk: Desk, admin: Browser) -> None:
    refused = admin.post(PAGE, PAGE, provider="mailgun", key="")
    assert (refused.status_code, service(desk)) == (422, None)
    assert "Give the key that it signs with." in refused.text
    assert admin.post(PAGE, PAGE, provider="mailgun", key="key-0123456789").status_code == 303
    made = service(desk)
    assert made is not None
    page = admin.get(PAGE).text
    assert "key-0123456789" not in page + made.sealed_key
    assert f"/{made.key}/mime<" in page
    admin.post(PAGE, PAGE, provider="mailgun", key="", believed="MX.mailgun.org")
    kept = service(desk)
    assert kept is not None
    assert (kept.sealed_key, kept.believed) == (made.sealed_key, "mx.mailgun.org")
    bad = admin.post(PAGE, PAGE, provider="mailgun", believed="two names")
    assert (bad.status_code, "two names" in bad.text) == (422, True)


def test_one_with_a_topic(desk: Desk, admin: Browser) -> None:
    refused = admin.post(PAGE, PAGE, provider="ses", topic="arn:aws:s3:::mails")
    assert refused.status_code == 422
    assert "arn:aws:s3:::mails" in refused.text
    admin.post(PAGE, PAGE, provider="ses", topic=f" {TOPIC} ")
    made = service(desk)
    assert made is not None
    assert made.topic == TOPIC
    assert "No subscription was confirmed yet." in admin.get(PAGE).text


def test_what_was_refused_stands_there_and_it_can_be_closed(
    desk: Desk, admin: Browser, clock: FakeClock
) -> None:
    admin.post(PAGE, PAGE, provider="ses", topic=TOPIC)
    made = service(desk)
    assert made is not None
    with desk.database.transaction() as session:
        note_refused(session, made.id, "Its signature does not hold.", now=clock())
    assert "Its signature does not hold." in admin.get(PAGE).text
    admin.post(PAGE, PAGE, provider="ses", do="close")
    assert service(desk) is None
    assert admin.post(PAGE, PAGE, provider="ses", do="close").status_code == 404
    assert admin.post(PAGE, PAGE, provider="other").status_code == 400
    log = admin.get("/desk/admin/log").text
    assert "Posted by ses topic" in log
