"""``/metrics``: what it tells, and to whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from helpdesk.actions.api_tokens import issue_token
from helpdesk.actor import SYSTEM
from helpdesk.models import OutboundMail
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from web.app import create_app

# An application counts its requests from its start.
pytestmark = pytest.mark.own_app


def read(text: str) -> dict[str, float]:
    """``name{label="value"}`` → number."""
    return {
        sample.name
        + "".join(f"{{{value}}}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_it_tells_how_much_there_is(desk: Desk, clock: FakeClock, anonymous: Browser) -> None:
    spool = desk.settings.spool_dir / "new"
    spool.mkdir(parents=True)
    Path(spool / "1").write_bytes(b"{}")
    clock.advance(90)
    found = read(anonymous.get("/metrics").text)
    assert found["postdesk_tickets{open}"] == 2
    assert found["postdesk_tickets{closed}"] == 0
    assert found["postdesk_inbound_mails{filed}"] == 1
    assert found["postdesk_inbound_mails{waiting}"] == found["postdesk_spool_mails"] == 1
    assert found["postdesk_outbound_mails{queued}"] == 2
    assert found["postdesk_outbound_oldest_seconds"] == 90
    with desk.database.transaction() as session:
        session.execute(update(OutboundMail).values(state="sent"))
    after = read(anonymous.get("/metrics").text)
    assert after["postdesk_outbound_oldest_seconds"] == 0
    assert after["postdesk_outbound_mails{sent}"] == 2


def test_it_counts_requests_by_the_part_that_answered(desk: Desk, agent: Browser) -> None:
    for path in ("/desk", "/desk", "/desk/t/nothing", "/api/tickets/", "/no/such/page"):
        agent.get(path)
    found = read(agent.get("/metrics").text)
    count = "postdesk_request_seconds_count"
    assert found[f"{count}{{2xx}}{{GET}}{{desk}}"] == 2
    assert found[f"{count}{{4xx}}{{GET}}{{desk}}"] == 1
    assert found[f"{count}{{4xx}}{{GET}}{{api}}"] == 1
    assert found[f"{count}{{4xx}}{{GET}}{{none}}"] == 1
    assert not re.search("nothing|no/such", str(found))


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({}, "192.0.2.7"),
        ({"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1"),
        ({"Host": "help.shop.example"}, "127.0.0.1"),
        ({"Authorization": "Bearer nonsense"}, "192.0.2.7"),
    ],
)
def test_others_need_a_token(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], peer: str
) -> None:
    monkeypatch.setitem(desk.settings.__dict__, "public_url", "http://help.shop.example")
    client = create_app(desk.settings, desk.database).test_client()
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "postdesk_tickets" not in answer.text


def test_a_token_needs_the_scope_and_a_member_of_staff(
    desk: Desk, clock: FakeClock, anonymous: Browser
) -> None:
    for address, scopes, status in (
        ("bo@shop.example", ["metrics"], 200),
        ("bo@shop.example", ["read", "write", "orders"], 401),
        ("ann@shop.example", ["metrics"], 401),
    ):
        with desk.database.transaction() as session:
            token = issue_token(session, SYSTEM, address, clock(), scopes=scopes)
        answer = anonymous.get(
            "/metrics",
            headers={"Authorization": f"Bearer {token}"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
        assert answer.status_code == status, (address, scopes)
