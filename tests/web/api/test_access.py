"""Who may ask: tokens, passwords exchanged for them, and how often."""

from __future__ import annotations

import time

import jwt
import pytest
import redis
from sqlalchemy import update

from helpdesk.actions.api_tokens import issue_token
from helpdesk.actions.sign_in import set_password
from helpdesk.actor import SYSTEM
from helpdesk.models import ApiToken, Person
from tests.conftest import SECRET, MakeSettings
from tests.support.factories import PASSWORD
from tests.support.servers import Redis
from tests.web.api.callers import LIST, TOKEN, sign_in
from tests.web.api.conftest import Api, Caller, problem
from web import limits
from web.app import create_app


def test_it_ends_after_half_an_hour(api: Api) -> None:
    agent = sign_in(api)
    api.clock.advance(1799)
    agent.get(LIST)
    api.clock.advance(1)
    problem(agent("GET", LIST), 401)


def test_a_new_password_ends_it(api: Api) -> None:
    agent = sign_in(api)
    with api.database.transaction() as session:
        person = session.get_one(Person, api.shop.agent.person_id)
        set_password(session, person, "another long password")
    problem(agent("GET", LIST), 401)
    problem(api.nobody("POST", TOKEN, {"email": "agent@shop.example", "password": PASSWORD}), 401)
    sign_in(api, password="another long password").get(LIST)


@pytest.mark.parametrize("through_password", [True, False])
def test_someone_deactivated_is_out(api: Api, through_password: bool) -> None:
    agent = sign_in(api) if through_password else api.agent
    agent.get(LIST)
    with api.database.transaction() as session:
        session.get_one(Person, api.shop.agent.person_id).active = False
    problem(agent("GET", LIST), 401)


def test_a_revoked_token_is_out(api: Api) -> None:
    with api.database.transaction() as session:
        session.execute(update(ApiToken).values(revoked_at=api.clock()))
    problem(api.agent("GET", LIST), 401)


def test_forged_tokens(api: Api) -> None:
    claims = jwt.decode(sign_in(api).token, options={"verify_signature": False})
    forged = [
        jwt.encode(claims, "another key, as long as it has to be", algorithm="HS256"),
        jwt.encode(claims, SECRET, algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
        "pd_" + "x" * 43,
        "x.y.z",
        "ä",
        "",
    ]
    for token in forged:
        problem(Caller(api.app, token)("GET", LIST), 401)


def test_a_token_for_another_purpose_does_not_hold(api: Api) -> None:
    good = sign_in(api).token
    claims = jwt.decode(good, options={"verify_signature": False})
    assert claims["aud"] == "postdesk-api"
    assert claims["exp"] - claims["iat"] == 1800
    assert set(claims) == {"sub", "aud", "iat", "exp", "generation"}


def test_without_a_token(api: Api) -> None:
    answer = api.nobody("GET", LIST)
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Postdesk"'
    wrong = Caller(api.app, "pd_wrong")("GET", LIST)
    assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    basic = api.nobody("GET", LIST, headers={"Authorization": "Basic YTpi"})
    problem(basic, 401)


def test_a_session_cookie_opens_nothing(api: Api) -> None:
    client = api.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = str(api.shop.admin.person_id)
    assert client.get(LIST).status_code == 401
    assert client.post("/api/tickets/create/", json={}).status_code == 401


def test_three_thousand_requests_a_minute_a_token(api: Api) -> None:
    with api.app.app_context():
        counts = limits.rate_limits()
    for _ in range(3000):
        counts.count(limits.BY_TOKEN, api.agent.token)
    api.agent.get(LIST)


def test_one_token_too_busy_slows_no_other(api: Api) -> None:
    with api.app.app_context():
        counts = limits.rate_limits()
    for _ in range(limits.BY_TOKEN.amount):
        counts.count(limits.BY_TOKEN, api.agent.token)
    answer = api.agent("GET", LIST)
    problem(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    api.ann.get(LIST)


def test_a_token_may_do_what_its_scopes_say(api: Api) -> None:
    ticket = f"/api/tickets/{api.ann.create()['id']}/"
    asked = {
        "read": [("GET", LIST, None), ("GET", ticket, None), ("GET", "/api/mail/inbound/", None)],
        "write": [("POST", f"{ticket}comment/", {"comment": "Hello"}),
                  ("PATCH", f"{ticket}priority/", {"priority": "low"})],
        "orders": [("PUT", "/api/orders/A-1/", {"customer": "ann@mail.example"})],
        "metrics": [],
    }  # fmt: skip
    for scope in asked:
        with api.database.transaction() as session:
            token = issue_token(session, SYSTEM, "agent@shop.example", api.clock(), scopes=[scope])
        caller = Caller(api.app, token)
        for name, requests in asked.items():
            for method, path, body in requests:
                answer = caller(method, path, body)
                if name == scope:
                    assert answer.status_code in (200, 201), answer.text
                else:
                    assert f"“{name}”" in problem(answer, 403)["detail"]
                    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_what_is_counted_is_counted_over_all_processes(
    api: Api, make_settings: MakeSettings, redis_url: str
) -> None:
    settings = make_settings(REDIS_URL=redis_url)
    apps = [create_app(settings, api.database) for _ in range(2)]
    one, other = (Caller(app, api.agent.token) for app in apps)
    for caller, app in ((one, apps[0]), (other, apps[1])):
        caller.get(LIST)
        with app.app_context():
            counts = limits.rate_limits()
        for _ in range(limits.BY_TOKEN.amount // 2 - 1):
            counts.count(limits.BY_TOKEN, api.agent.token)
    for caller in (one, other):
        answer = caller("GET", LIST)
        problem(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    with redis.Redis.from_url(redis_url) as client:
        assert api.agent.token not in str(client.keys())


def test_a_redis_that_hangs_holds_up_no_request(
    api: Api, make_settings: MakeSettings, own_redis: Redis
) -> None:
    app = create_app(make_settings(REDIS_URL=own_redis.url), api.database)
    agent = Caller(app, api.agent.token)
    agent.get(LIST)
    own_redis.freeze()
    began = time.monotonic()
    for _ in range(10):
        agent.get(LIST)
    own_redis.thaw()
    # A tenth of a second for the first, none for the rest; the margin is for a busy machine.
    assert time.monotonic() - began < 2
