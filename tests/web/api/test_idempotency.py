"""``Idempotency-Key``: a program may repeat itself without a second ticket."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from helpdesk.models import IdempotencyKey, OutboundMail, Ticket
from tests.web.api.conftest import Api, Caller, problem

BODY = {"subject": "My kettle leaks", "description": "At the bottom."}


def _create(caller: Caller, key: str, body: Any = BODY) -> TestResponse:
    return caller("POST", "/api/tickets/create/", body, headers={"Idempotency-Key": key})


def _tickets(api: Api) -> int:
    with api.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_the_same_again_gives_the_first_answer(api: Api) -> None:
    first = _create(api.ann, "k1")
    api.agent("PATCH", f"/api/tickets/{first.json['id']}/status/", {"status": "in_progress"})
    second = _create(api.ann, "k1", dict(reversed(BODY.items())))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert _tickets(api) == 1
    with api.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OutboundMail)) == 1


def test_another_body_under_the_same_key(api: Api) -> None:
    _create(api.ann, "k1")
    errors = problem(_create(api.ann, "k1", {**BODY, "priority": "high"}), 422)["errors"]
    assert list(errors) == ["Idempotency-Key"]
    assert _tickets(api) == 1


def test_keys_are_each_persons_own(api: Api) -> None:
    assert _create(api.ann, "k1").json["id"] != _create(api.bob, "k1").json["id"]
    assert _create(api.ann, "k2").json["customer"]["email"] == "ann@mail.example"
    assert _tickets(api) == 3


def test_a_key_is_kept_for_a_day(api: Api) -> None:
    _create(api.ann, "k1")
    api.clock.advance(hours=24, seconds=-1)
    assert "Idempotent-Replayed" in _create(api.ann, "k1").headers
    api.clock.advance(1)
    assert "Idempotent-Replayed" not in _create(api.ann, "k1").headers
    with api.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
    assert _tickets(api) == 2


def test_what_failed_may_be_tried_again(api: Api) -> None:
    body = {**BODY, "order_id": "A-1"}
    problem(_create(api.ann, "k1", body), 422)
    api.agent("PUT", "/api/orders/A-1/", {"customer": "ann@mail.example"})
    assert _create(api.ann, "k1", body).status_code == 201


def test_the_same_ten_times_at_once(api: Api) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _create(api.ann, "k1"), range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["ticket_number"] for answer in answers}) == 1
    assert _tickets(api) == 1


def test_a_comment_under_a_key_is_written_once(api: Api) -> None:
    ticket, other = api.ann.create(), api.ann.create()

    def write(key: str, of: Any = ticket, text: str = "Like so?") -> TestResponse:
        path = f"/api/tickets/{of['id']}/comment/"
        return api.agent("POST", path, {"comment": text}, headers={"Idempotency-Key": key})

    first, again = write("k1"), write("k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    comments = api.agent.get(f"/api/tickets/{ticket['id']}/")["comments"]
    assert [comment["comment"] for comment in comments] == ["At the bottom.", "Like so?"]
    for changed in ({"text": "Or so?"}, {"of": other}):
        errors = problem(write("k1", **changed), 422)["errors"]
        assert list(errors) == ["Idempotency-Key"]
    assert write("k2").json["id"] != first.json["id"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
def test_keys_that_do_not_hold(api: Api, key: str) -> None:
    errors = problem(_create(api.ann, key), 422)["errors"]
    assert list(errors) == ["Idempotency-Key"]
