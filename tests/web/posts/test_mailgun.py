"""Mailgun's signature: over a time and a token, within hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support import mail_posts
from tests.web.posts.test_forms import request
from web.posts.mailgun import read
from web.posts.post import SetUpWrong, Unproven

KEY, NOW = "key-0123456789", datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_mail_with_its_envelope_and_token() -> None:
    post = read(
        request(*mail_posts.mailgun(KEY, NOW, recipient="a@b.example, c@d.example")), KEY, NOW
    )
    assert b"".join(post.pieces()) == mail_posts.RAW
    assert (post.sender, post.recipients) == ("ann@mail.example", ("a@b.example", "c@d.example"))
    assert post.token == "a" * 50


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=11), timedelta(minutes=-10)])
def test_it_is_good_as_long_as_it_is_retried(late: timedelta) -> None:
    assert read(request(*mail_posts.mailgun(KEY, NOW)), KEY, NOW + late).token


@pytest.mark.parametrize("late", [timedelta(hours=12), timedelta(minutes=-20)])
def test_and_no_longer(late: timedelta) -> None:
    with pytest.raises(Unproven):
        read(request(*mail_posts.mailgun(KEY, NOW)), KEY, NOW + late)


def test_a_time_that_is_none() -> None:
    body, kind = mail_posts.mailgun(KEY, NOW)
    for junk in (b"soon", b"-1", b"9" * 40):
        text = body.replace(str(int(NOW.timestamp())).encode(), junk)
        with pytest.raises(Unproven):
            read(request(text, kind), KEY, NOW)


def test_a_route_that_posts_no_raw_mail() -> None:
    body, kind = mail_posts.mailgun(KEY, NOW)
    with pytest.raises(SetUpWrong):
        read(request(body.replace(b"body-mime", b"body-text"), kind), KEY, NOW)
