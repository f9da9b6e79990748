"""``/metrics``: what it tells, and to whom."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, update

from helpdesk.actions.api_tokens import issue_token
from helpdesk.actions.retire_gateway import retire_gateway
from helpdesk.actor import SYSTEM, operator_named
from helpdesk.db import Database
from helpdesk.models import OutboundMail, Ticket
from helpdesk.settings import Settings
from tests.conftest import MakeSettings
from tests.support.clock import FakeClock
from tests.support.gateways import Pair, pair
from tests.web.conftest import Browser, Desk
from web.app import create_app
from web.metrics import _gateway_families, _parts_family

__all__ = ["pair"]

# An application counts its requests from its start.
pytestmark = pytest.mark.own_app
TOKEN = "a-token-of-the-settings"
HOME = Path(__file__).resolve().parents[2]
MONITORING = HOME / "deploy" / "monitoring"
NAMES = re.compile(r"\bpostdesk_[a-z_]+\b")


def read(text: str) -> dict[str, float]:
    """``name{label="value"}`` → number."""
    return {
        sample.name
        + "".join(f"{{{value}}}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def settings(make_settings: MakeSettings, database_url: str) -> Settings:
    return make_settings(METRICS_TOKEN=TOKEN, DATABASE_URL=database_url)


def ask(browser: Browser) -> dict[str, float]:
    answer = browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return read(answer.text)


def test_it_tells_how_much_there_is(desk: Desk, clock: FakeClock, anonymous: Browser) -> None:
    spool = desk.settings.spool_dir / "new"
    spool.mkdir(parents=True)
    Path(spool / "1").write_bytes(b"{}")
    clock.advance(90)
    found = ask(anonymous)
    assert found["postdesk_tickets{open}"] == 2
    assert found["postdesk_tickets{closed}"] == 0
    assert found["postdesk_acknowledgements_withheld"] == 0
    assert found["postdesk_inbound_mails{filed}"] == 1
    assert found["postdesk_inbound_mails{waiting}"] == found["postdesk_spool_mails"] == 1
    assert found["postdesk_outbound_mails{queued}"] == 2
    assert found["postdesk_outbound_oldest_seconds"] == 90
    assert found["postdesk_disk_free_bytes{spool}"] > 0
    assert found["postdesk_disk_needed_bytes{spool}"] == 54 * 1024 * 1024
    assert found["postdesk_disk_full{spool}"] == 0
    with desk.database.transaction() as session:
        session.execute(update(OutboundMail).values(state="sent"))
    after = ask(anonymous)
    assert after["postdesk_outbound_oldest_seconds"] == 0
    assert after["postdesk_outbound_mails{sent}"] == 2


def test_it_counts_requests_by_the_part_that_answered(desk: Desk, agent: Browser) -> None:
    for path in ("/desk", "/desk", "/desk/t/nothing", "/api/tickets/", "/no/such/page"):
        agent.get(path)
    found = ask(agent)
    count = "postdesk_request_seconds_count"
    assert found[f"{count}{{2xx}}{{GET}}{{desk}}"] == 2
    assert found[f"{count}{{4xx}}{{GET}}{{desk}}"] == 1
    assert found[f"{count}{{4xx}}{{GET}}{{api}}"] == 1
    assert found[f"{count}{{4xx}}{{GET}}{{none}}"] == 1
    assert not re.search("nothing|no/such", str(found))


def test_without_a_token_there_is_no_such_page(desk: Desk, anonymous: Browser) -> None:
    """A proxy that hands on every address opens nothing, whoever is behind it."""
    for headers in (
        {},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Host": "127.0.0.1"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic bWU6bWU="},
        {"Authorization": "Bearer "},
    ):
        answer = anonymous.get("/metrics", headers=headers)
        assert answer.status_code == 404, headers
        assert "postdesk_tickets" not in answer.text


def test_on_a_listener_of_its_own_it_answers_and_nothing_else_does(
    database: Database, make_settings: MakeSettings
) -> None:
    settings = make_settings(METRICS_LISTEN="127.0.0.1:9464")
    client = create_app(settings, database).test_client()
    there = {"SERVER_PORT": "9464", "HTTP_HOST": "10.1.2.3:9464"}
    assert "postdesk_tickets" in client.get("/metrics", environ_overrides=there).text
    for path in ("/", "/desk/login", "/api/tickets/", "/healthz"):
        assert client.get(path, environ_overrides=there).status_code == 404, path
    assert client.get("/metrics", headers={"Host": "localhost:9464"}).status_code == 404


def test_the_token_of_the_settings_opens_it(
    database: Database, make_settings: MakeSettings
) -> None:
    client = create_app(make_settings(METRICS_TOKEN="only-for-me"), database).test_client()
    for token, status in (("only-for-me", 200), ("only-for", 404), ("", 404), ("ünser", 404)):
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status, token


def test_a_token_needs_the_scope_and_a_member_of_staff(
    desk: Desk, clock: FakeClock, anonymous: Browser
) -> None:
    for address, scopes, status in (
        ("bo@shop.example", ["metrics"], 200),
        ("bo@shop.example", ["read", "write", "orders"], 404),
        ("ann@shop.example", ["metrics"], 404),
    ):
        with desk.database.transaction() as session:
            token = issue_token(session, SYSTEM, address, clock(), scopes=scopes)
        answer = anonymous.get(
            "/metrics",
            headers={"Authorization": f"Bearer {token}"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
        assert answer.status_code == status, (address, scopes)


@pytest.mark.databases("sqlite")
def test_with_sqlite_nothing_is_said_of_gateways_that_count_for_nobody(
    pair: Pair, desk: Desk, anonymous: Browser
) -> None:
    assert not [name for name in ask(anonymous) if name.startswith("postdesk_gateway")]


@pytest.mark.databases("postgresql")  # with SQLite there is one machine
def test_it_tells_of_the_gateways_on_every_machine(
    pair: Pair, desk: Desk, anonymous: Browser
) -> None:
    first, second = pair
    first.takes("One")
    second.takes("Two", "Three")
    for one in pair:
        one.tells()
    second.has_full_disk()
    told = ask(anonymous)
    assert told["postdesk_gateway_disk_full{mx1}"] == 0
    assert told["postdesk_gateway_disk_full{mx2}"] == 1
    second.was_last_heard(timedelta(minutes=5))
    told = ask(anonymous)
    assert told["postdesk_gateway_up{mx1}"] == 1
    assert told["postdesk_gateway_up{mx2}"] == 0
    assert told["postdesk_gateway_waiting_mails{mx2}"] == 2
    assert told["postdesk_gateway_oldest_seconds{mx2}"] >= 300, "they wait on"
    assert told["postdesk_spool_oldest_seconds"] >= 300
    assert told["postdesk_gateway_difference_mails{mx2}"] == 0
    assert told["postdesk_spool_mails"] == 3
    assert told["postdesk_inbound_mails{waiting}"] == 3
    with desk.database.transaction() as session:
        retire_gateway(session, operator_named("root"), "mx2", now=desk.ticket.created_at)
    told = ask(anonymous)
    assert "postdesk_gateway_up{mx2}" not in told, "nobody is to be woken for it"
    assert told["postdesk_spool_mails"] == 3
    assert told["postdesk_spool_oldest_seconds"] < 300


def test_what_came_was_answered_and_arrived_lately(
    desk: Desk, clock: FakeClock, anonymous: Browser
) -> None:
    with desk.database.transaction() as session:
        session.execute(update(Ticket).values(first_response_at=Ticket.created_at))  # staff's own
    none = ask(anonymous)
    assert none["postdesk_tickets_created_last_hour"] == 2
    assert none["postdesk_first_answers_last_day"] == 0
    assert not [name for name in none if name.startswith("postdesk_first_answer_seconds")]
    clock.advance(600)
    with desk.database.transaction() as session:
        session.execute(update(Ticket).values(first_response_at=clock.now))
        lost, sent = session.scalars(select(OutboundMail.id).order_by(OutboundMail.id).limit(2))
        for mail_id, state in ((lost, "bounced"), (sent, "sent")):
            session.execute(
                update(OutboundMail).where(OutboundMail.id == mail_id).values(state=state)
            )
    found = ask(anonymous)
    assert found["postdesk_first_answers_last_day"] == 2
    assert found["postdesk_first_answer_seconds{0.5}"] >= 600
    outcomes = [f"postdesk_outbound_last_hour{{{one}}}" for one in ("sent", "lost", "waiting")]
    assert [found[one] for one in outcomes] == [1, 1, 0]
    clock.advance(3 * 86_400)
    later = ask(anonymous)
    assert later["postdesk_tickets_created_last_hour"] == 0
    assert later["postdesk_first_answers_last_day"] == 0
    assert [later[one] for one in outcomes] == [0, 0, 0]


def test_the_bells_and_the_dashboard_ask_for_what_is_there(
    desk: Desk, agent: Browser, database_url: str
) -> None:
    """By name, and by label: a bell on a name that is not there never rings."""
    for path in ("/desk", "/api/tickets/"):
        agent.get(path)
    answer = agent.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    families = list(text_string_to_metric_families(answer))
    there = {sample.name for family in families for sample in family.samples}
    there |= {family.name for family in families}
    labels: dict[str, set[str]] = {}
    for family in families:
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    asked = "".join(path.read_text() for path in MONITORING.iterdir())
    machines = ("_gateway_", "_machine_")
    of_gateways = {name for name in NAMES.findall(asked) if any(map(name.__contains__, machines))}
    for name in set(NAMES.findall(asked)) - of_gateways:
        assert name in there, name
    # On SQLite there is one machine, and its folder tells.
    assert of_gateways <= {one.name for one in (*_gateway_families([]), _parts_family(()))}
    for name, matched in re.findall(r"(postdesk_\w+)\{([^}]*)\}", asked.replace('\\"', '"')):
        wanted = set(re.findall(r"(\w+)=~?\"", matched)) - {"instance", "job"}
        assert name in of_gateways or wanted <= labels.get(name, wanted), name
