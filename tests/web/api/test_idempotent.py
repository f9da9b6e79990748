"""What is asked for again with the same key is made once."""

from __future__ import annotations

from tests.web.api.conftest import Api
from tests.web.api.test_side_conversations import ASKED


def test_the_same_key_asks_once(api: Api) -> None:
    path = f"/api/tickets/{api.ann.create()['id']}/side-conversations/"
    key = {"Idempotency-Key": "ask-once"}
    first = api.agent("POST", path, ASKED, headers=key)
    again = api.agent("POST", path, ASKED, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert api.agent.get(path)["count"] == 1
