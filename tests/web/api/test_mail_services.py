"""Where mail services post: each in its own form, with its own proof."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from helpdesk.actions.edit_mail_service import (
    ServiceSettings,
    new_service_password,
    set_mail_service,
)
from helpdesk.actor import SYSTEM
from helpdesk.models import MailProvider, MailService
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool, SpooledMail
from tests.support import mail_posts
from tests.support.amazon import TOPIC, FakeAmazon
from tests.support.mail_posts import RAW
from tests.web.api.conftest import Api, problem

OURS = "support@shop.example"
pytestmark = pytest.mark.databases("sqlite")  # test_note_post has both
KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0"
EIGHT_BIT = RAW.replace(b"bottom", b"b\xf6ttom\0") + b"\xff\xfe\r\n"


@dataclass
class Services:
    """The services of the shop's mailbox, and what they posted."""

    api: Api
    spool: Spool

    def set_up(self, provider: MailProvider, **wanted: str) -> tuple[str, str]:
        """The path that it posts to, and its password."""
        with self.api.database.transaction() as session:
            settings, now = ServiceSettings(**wanted), self.api.clock()
            box, secret = self.api.shop.mailbox.id, self.api.store.settings.secret_key
            service = set_mail_service(
                session, SYSTEM, box, provider, settings, secret=secret, now=now
            )
            path = f"/api/mail/inbound/{provider}/{service.key}/"
            if provider in (MailProvider.POSTMARK, MailProvider.SENDGRID):
                return path, new_service_password(session, SYSTEM, box, provider, now=now)
            return path + ("mime" if provider == MailProvider.MAILGUN else ""), ""

    def row(self) -> MailService:
        with self.api.database.reading() as session:
            return session.query(MailService).one()

    def post(
        self,
        path: str,
        body: bytes | object,
        kind: str = "application/json",
        password: str = "",
        **more: Any,
    ) -> TestResponse:
        headers = {}
        if password:
            given = base64.b64encode(f"postdesk:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {given}"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        client = self.api.app.test_client()
        return client.post(path, data=raw, content_type=kind, headers=headers, **more)

    @property
    def taken(self) -> list[SpooledMail]:
        return [self.spool.read(name) for name in self.spool.waiting(99)]


@pytest.fixture
def services(api: Api) -> Iterator[Services]:
    spool = Spool(api.store.settings.spool_dir)
    write_snapshot(spool.folder / SNAPSHOT, [OURS, "orders@shop.example"])
    yield Services(api, spool)
    spool.close()


@pytest.fixture(scope="module")
def amazon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeAmazon]:
    with FakeAmazon(tmp_path_factory.mktemp("amazon")) as amazon:
        yield amazon


def test_postmark(services: Services) -> None:
    path, password = services.set_up(MailProvider.POSTMARK)
    answer = services.post(path, mail_posts.postmark(), password=password)
    assert answer.status_code == 200, answer.text
    (mail,) = services.taken
    assert (mail.name, mail.raw()) == (answer.json["mail"], RAW)
    assert mail.envelope.rcpt_tos == (OURS,)
    assert mail.envelope.may_lack_sender
    assert services.row().taken_at == services.api.clock()
    plus = mail_posts.postmark(OriginalRecipient="Support+k3y@shop.example")
    assert services.post(path, plus, password=password).status_code == 200
    assert services.taken[1].envelope.rcpt_tos == ("Support+k3y@shop.example",)


def test_postmark_without_the_raw_mail_is_to_try_again(services: Services) -> None:
    path, password = services.set_up(MailProvider.POSTMARK)
    body = mail_posts.postmark()
    del body["RawEmail"]
    said = problem(services.post(path, body, password=password), 503)["detail"]
    assert "Include raw email content" in said
    assert services.row().refused_why == said


def test_a_broken_body_with_the_right_password_is_to_come_again(services: Services) -> None:
    path, password = services.set_up(MailProvider.POSTMARK)
    for broken in (b"", b'{"RawEmail": "From: ', b"[]"):
        said = problem(services.post(path, broken, password=password), 503)["detail"]
        assert said.startswith("It is no JSON")
        assert services.row().refused_why == said
        problem(services.post(path, broken, password="wrong"), 401)
    path, password = services.set_up(MailProvider.SENDGRID)
    body, kind = mail_posts.sendgrid()
    cut_off = problem(services.post(path, body[:-40], kind, password), 503)
    assert cut_off["detail"].startswith("The form ")
    assert services.spool.accepted_count() == 0


def test_a_wrong_password(services: Services) -> None:
    path, password = services.set_up(MailProvider.POSTMARK)
    for wrong in ("", "wrong", password + "x", "é"):
        answer = services.post(path, mail_posts.postmark(), password=wrong)
        assert "password" in problem(answer, 401)["detail"]
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    services.set_up(MailProvider.POSTMARK)
    problem(services.post(path, mail_posts.postmark(), password=password), 401)
    assert services.spool.accepted_count() == 0
    assert services.row().refused_at == services.api.clock()


def test_an_address_that_is_nobodys(services: Services) -> None:
    path, password = services.set_up(MailProvider.POSTMARK)
    for other in (path.replace("postmark", "sendgrid"), f"{path[:-2]}/"):
        problem(services.post(other, mail_posts.postmark(), password=password), 404)


def test_sendgrid(services: Services) -> None:
    path, password = services.set_up(MailProvider.SENDGRID)
    body, kind = mail_posts.sendgrid(EIGHT_BIT)
    answer = services.post(path, body, kind, password)
    assert answer.status_code == 200, answer.text
    (mail,) = services.taken
    assert mail.raw() == EIGHT_BIT
    assert mail.envelope.mail_from == "ann@mail.example"
    body, kind = mail_posts.sendgrid(email=b"")
    assert "raw" in problem(services.post(path, body, kind, password), 503)["detail"]
    body, kind = mail_posts.sendgrid(envelope=b"junk")
    assert services.post(path, body, kind, password).status_code == 200
    assert services.taken[1].envelope.may_lack_sender


def test_mailgun(services: Services) -> None:
    path, _ = services.set_up(MailProvider.MAILGUN, signing_key=KEY)
    assert KEY not in services.row().sealed_key
    body, kind = mail_posts.mailgun(KEY, services.api.clock(), EIGHT_BIT)
    answer = services.post(path, body, kind)
    assert answer.status_code == 200, answer.text
    (mail,) = services.taken
    assert mail.raw() == EIGHT_BIT
    assert mail.envelope.mail_from == "ann@mail.example"
    assert mail.envelope.rcpt_tos == ("support+k3y@shop.example",)
    # The same again is a retry; the same token with another mail was overheard.
    again = services.post(path, body, kind)
    assert (again.status_code, again.json) == (200, {"mail": None})
    other, kind = mail_posts.mailgun(KEY, services.api.clock(), RAW)
    problem(services.post(path, other, kind), 401)
    assert services.spool.accepted_count() == 1


def test_mailgun_with_a_signature_that_does_not_hold(services: Services) -> None:
    path, _ = services.set_up(MailProvider.MAILGUN, signing_key=KEY)
    now = services.api.clock()
    for key, moment, changed in (
        ("key-other-one", now, {}),
        (KEY, now - timedelta(hours=13), {}),
        (KEY, now + timedelta(hours=1), {}),
        (KEY, now, {"token": ""}),
        (KEY, now, {"timestamp": "1"}),
        (KEY, now, {"signature": "é"}),
    ):
        body, kind = mail_posts.mailgun(key, moment, **changed)
        problem(services.post(path, body, kind), 401)
    problem(services.post(path, b"{}"), 406)
    assert services.spool.accepted_count() == 0


def test_mailgun_posts_a_bounce(services: Services) -> None:
    path, _ = services.set_up(MailProvider.MAILGUN, signing_key=KEY)
    body, kind = mail_posts.mailgun(KEY, services.api.clock(), sender="")
    assert services.post(path, body, kind).status_code == 200
    body, kind = mail_posts.mailgun(KEY, services.api.clock(), sender="no address", token="b")
    assert services.post(path, body, kind).status_code == 200
    assert [mail.envelope.may_lack_sender for mail in services.taken] == [False, True]


def test_a_key_that_was_sealed_with_another_secret(services: Services) -> None:
    path, _ = services.set_up(MailProvider.MAILGUN, signing_key=KEY)
    with services.api.database.transaction() as session:
        session.query(MailService).one().sealed_key = "1:AAAA"
    body, kind = mail_posts.mailgun(KEY, services.api.clock())
    assert "set it again" in problem(services.post(path, body, kind), 503)["detail"]


@pytest.mark.parametrize(("encoding", "version"), [("BASE64", "2"), ("UTF8", "1")])
def test_ses(services: Services, amazon: FakeAmazon, encoding: str, version: str) -> None:
    services.api.store.amazon = amazon.seen_by()
    path, _ = services.set_up(MailProvider.SES, topic=TOPIC)
    message = mail_posts.ses(encoding=encoding)
    body = amazon.post(message, services.api.clock(), SignatureVersion=version)
    answer = services.post(path, body, "text/plain; charset=UTF-8")
    assert answer.status_code == 200, answer.text
    (mail,) = services.taken
    assert mail.raw() == RAW
    assert (mail.envelope.mail_from, mail.envelope.rcpt_tos) == ("ann@mail.example", (OURS,))
    problem(services.post(path, body | {"Message": "{}"}), 401)
    other = amazon.post(message, services.api.clock(), TopicArn=TOPIC + "x")
    assert "another topic" in problem(services.post(path, other), 401)["detail"]


def test_ses_by_reference_is_held_and_says_where_it_is(
    services: Services, amazon: FakeAmazon
) -> None:
    services.api.store.amazon = amazon.seen_by()
    path, _ = services.set_up(MailProvider.SES, topic=TOPIC)
    message = mail_posts.ses(None, type="S3", bucketName="mails", objectKey="in/abc")
    body = amazon.post(message, services.api.clock())
    assert services.post(path, body).status_code == 200
    (mail,) = services.taken
    assert "by reference" in mail.envelope.hold
    assert b"From: Ann <ann@mail.example>\r\nSubject: My kettle leaks\r\n" in mail.raw()
    assert b"multipart" not in mail.raw()
    assert b"bucket mails of Amazon S3, as in/abc" in mail.raw()


def test_a_subscription_is_confirmed_once_its_topic_is_set(
    services: Services, amazon: FakeAmazon
) -> None:
    services.api.store.amazon = amazon.seen_by()
    path, _ = services.set_up(MailProvider.SES, topic=TOPIC)
    asks = amazon.post("You have chosen…", services.api.clock(), Type="SubscriptionConfirmation")
    assert services.post(path, asks).json == {"mail": None}
    assert services.row().confirmed_at == services.api.clock()
    assert amazon.asked[-1].startswith("/?Action=ConfirmSubscription")
    count = len(amazon.asked)
    elsewhere = amazon.post(
        "x", services.api.clock(), Type="SubscriptionConfirmation",
        SubscribeURL="https://evil.example/?Action=ConfirmSubscription",
    )  # fmt: skip
    problem(services.post(path, elsewhere), 401)
    assert len(amazon.asked) == count
    tried = amazon.post("Successfully validated SNS topic", services.api.clock())
    assert services.post(path, tried).json == {"mail": None}
    assert services.spool.accepted_count() == 0


def test_a_mail_that_is_too_large_is_kept_by_its_header(services: Services) -> None:
    path, password = services.set_up(MailProvider.SENDGRID)
    largest = services.api.store.settings.smtp_size
    body, kind = mail_posts.sendgrid(RAW + b"x" * largest)
    assert services.post(path, body, kind, password).status_code == 200
    (mail,) = services.taken
    assert "larger" in mail.envelope.hold
    assert b"Subject: My kettle leaks\r\n" in mail.raw()
    assert b"more than are taken here" in mail.raw()


@pytest.mark.parametrize("provider", list(MailProvider))
def test_a_post_that_is_too_large_is_told_so(services: Services, provider: MailProvider) -> None:
    path, password = services.set_up(provider, topic=TOPIC, signing_key=KEY)
    kind = "application/json"
    if provider in (MailProvider.MAILGUN, MailProvider.SENDGRID):
        _, kind = mail_posts.sendgrid()
    most = services.api.store.settings.largest_post
    assert most >= 2 * services.api.store.settings.smtp_size
    # As the server hands it on: the length, and nothing of the body.
    length = {"CONTENT_LENGTH": str(most + 1)}
    answer = services.post(path, b"", kind, password, environ_overrides=length)
    said = problem(answer, 413)["detail"]
    assert said.startswith(f"The post is too large: it has {most + 1:,} bytes")
    assert services.row().refused_why == said


def test_where_nothing_can_be_spooled_it_is_to_try_again(services: Services) -> None:
    path, password = services.set_up(MailProvider.POSTMARK)
    services.api.store.mail_door = None
    answer = services.post(path, mail_posts.postmark(), password=password)
    assert problem(answer, 503)["detail"] == services.row().refused_why
    assert answer.headers["Retry-After"] == "60"


def test_a_full_disk_is_no_fault_of_the_post(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, password = services.set_up(MailProvider.SENDGRID)
    body, kind = mail_posts.sendgrid()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("web.posts.forms.SpooledTemporaryFile", full)
        problem(services.post(path, body, kind, password), 503)
    with monkeypatch.context() as patch:
        patch.setattr("mailgate.spool.journal.Journal.append", full)
        problem(services.post(path, body, kind, password), 503)
    assert services.post(path, body, kind, password).status_code == 200
    assert services.spool.accepted_count() == 1


def test_whose_word_on_the_sender_is_believed_goes_along(services: Services) -> None:
    path, password = services.set_up(MailProvider.SENDGRID, believed="MX.sendgrid.net")
    body, kind = mail_posts.sendgrid()
    services.post(path, body, kind, password)
    assert services.taken[0].envelope.helo == "mx.sendgrid.net"
