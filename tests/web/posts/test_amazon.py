"""What is asked of Amazon, and of nobody else."""

from __future__ import annotations

import socket
import time

import pytest

from tests.support.amazon import CERTIFICATE, CONFIRM, HOST, FakeAmazon
from web.posts.amazon import AmazonAway, NotAmazon, region_of

_PEM = "SimpleNotificationService-0123abc.pem"


def test_a_certificate_is_fetched_once(amazon: FakeAmazon) -> None:
    outside = amazon.seen_by()
    assert outside.certificate(CERTIFICATE) == amazon.certificate
    assert outside.certificate(CERTIFICATE) == amazon.certificate
    assert amazon.asked == [f"/{_PEM}"]
    assert region_of(CERTIFICATE) == "eu-west-1"


def test_a_subscription_is_confirmed_by_visiting_it(amazon: FakeAmazon) -> None:
    amazon.seen_by().confirm(CONFIRM)
    assert amazon.asked == [CONFIRM.removeprefix(f"https://{HOST}")]


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/{_PEM}",
        f"https://{HOST}:8443/{_PEM}",
        f"https://{HOST}:443/{_PEM}",
        f"https://user@{HOST}/{_PEM}",
        f"https://{HOST}.evil.example/{_PEM}",
        f"https://evil.example/{HOST}/{_PEM}",
        f"https://evil.example#{HOST}/{_PEM}",
        f"https://evil.example\\@{HOST}/{_PEM}",
        f"https://xsns.eu-west-1.amazonaws.com/{_PEM}",
        f"https://sns.eu.west-1.amazonaws.com/{_PEM}",
        f"https://s3.eu-west-1.amazonaws.com/{_PEM}",
        f"https://sns.amazonaws.com/{_PEM}",
        f"https://SNS.eu-west-1.amazonaws.com/{_PEM}",
        f"https://{HOST}./{_PEM}",
        f"https://{HOST}/{_PEM}?x=1",
        f"https://{HOST}/{_PEM}#x",
        f"https://{HOST}/other.pem",
        f"https://{HOST}/x/../{_PEM}",
        f"https://{HOST}/\r\n{_PEM}",
        f"https://[::1]/{_PEM}",
        "https://[/",
        "",
    ],
)
def test_no_other_address_is_asked(amazon: FakeAmazon, url: str) -> None:
    with pytest.raises(NotAmazon):
        amazon.seen_by().certificate(url)
    assert amazon.asked == []


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}/?Action=Publish&x=Action=ConfirmSubscription",
        f"https://{HOST}/x?Action=ConfirmSubscription",
        "https://evil.example/?Action=ConfirmSubscription",
    ],
)
def test_nothing_but_a_confirmation_is_visited(amazon: FakeAmazon, url: str) -> None:
    with pytest.raises(NotAmazon):
        amazon.seen_by().confirm(url)
    assert amazon.asked == []


def test_a_redirect_is_not_followed_and_then_it_rests(amazon: FakeAmazon) -> None:
    moment = [0.0]
    outside = amazon.seen_by(clock=lambda: moment[0])
    amazon.status = 302
    with pytest.raises(AmazonAway):
        outside.certificate(CERTIFICATE)
    amazon.status = 200
    with pytest.raises(AmazonAway):
        outside.certificate(CERTIFICATE)
    assert len(amazon.asked) == 1
    moment[0] = 11
    assert outside.certificate(CERTIFICATE) == amazon.certificate


def test_whose_certificate_does_not_hold_is_not_amazon(amazon: FakeAmazon) -> None:
    with pytest.raises(AmazonAway):
        amazon.seen_by(trust=None).certificate(CERTIFICATE)
    assert amazon.asked == []


def test_a_silent_server_holds_nobody_up(
    amazon: FakeAmazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.posts.amazon._STEP", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outside = amazon.seen_by(
            connect=lambda _, timeout: socket.create_connection(silent.getsockname(), timeout)
        )
        began = time.monotonic()
        with pytest.raises(AmazonAway):
            outside.certificate(CERTIFICATE)
    assert time.monotonic() - began < 2
