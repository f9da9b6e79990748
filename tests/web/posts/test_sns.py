"""What is Amazon's, and what only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.amazon import CERTIFICATE, TOPIC, FakeAmazon
from web.posts.post import BadPost, SetUpWrong, Unproven
from web.posts.sns import check

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_amazon_signed_holds(amazon: FakeAmazon, version: str) -> None:
    outside = amazon.seen_by()
    posted = amazon.post("hello", NOW, SignatureVersion=version)
    assert check(posted, TOPIC, outside, NOW) == "Notification"
    posted = amazon.post("x", NOW, Subject="A subject", SignatureVersion=version)
    assert check(posted, TOPIC, outside, NOW + timedelta(hours=23)) == "Notification"
    posted = amazon.post("x", NOW, Type="SubscriptionConfirmation", SignatureVersion=version)
    assert check(posted, TOPIC, outside, NOW) == "SubscriptionConfirmation"


@pytest.mark.parametrize(
    "changed",
    [
        {"Message": "another"},
        {"MessageId": "another"},
        {"Subject": "added"},
        {"Timestamp": "2026-11-23T09:00:01.000Z"},
        {"TopicArn": f"{TOPIC}2"},
        {"Signature": ""},
        {"Signature": "é"},
        {"Signature": "AAAA"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"SigningCertURL": "https://evil.example/SimpleNotificationService-1.pem"},
        {"SigningCertURL": CERTIFICATE.replace("eu-west-1", "us-east-1")},
        {"SigningCertURL": ""},
    ],
)
def test_what_was_changed_does_not(amazon: FakeAmazon, changed: dict[str, str]) -> None:
    posted = amazon.post("hello", NOW) | changed
    with pytest.raises(Unproven):
        check(posted, TOPIC, amazon.seen_by(), NOW)


@pytest.mark.parametrize("late", [timedelta(hours=25), -timedelta(hours=1)])
def test_what_is_old_or_of_tomorrow_does_not(amazon: FakeAmazon, late: timedelta) -> None:
    with pytest.raises(Unproven):
        check(amazon.post("hello", NOW), TOPIC, amazon.seen_by(), NOW + late)


def test_what_sns_does_not_post(amazon: FakeAmazon) -> None:
    with pytest.raises(BadPost):
        check({"notificationType": "Received"}, TOPIC, amazon.seen_by(), NOW)
    with pytest.raises(Unproven):
        check(amazon.post("hello", NOW), "", amazon.seen_by(), NOW)


def test_where_amazon_is_away_it_is_to_be_posted_again(amazon: FakeAmazon) -> None:
    amazon.status = 500
    with pytest.raises(SetUpWrong):
        check(amazon.post("hello", NOW), TOPIC, amazon.seen_by(), NOW)


def test_a_certificate_that_is_none(amazon: FakeAmazon, monkeypatch: pytest.MonkeyPatch) -> None:
    for junk in (b"", b"junk", b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"):
        outside = amazon.seen_by()
        monkeypatch.setattr(outside, "certificate", lambda _url, junk=junk: junk)
        with pytest.raises(Unproven):
            check(amazon.post("hello", NOW), TOPIC, outside, NOW)
