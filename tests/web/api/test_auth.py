"""A password exchanged for a token."""

from __future__ import annotations

import pytest

from tests.support.factories import PASSWORD
from tests.web.api.callers import LIST, TOKEN, sign_in
from tests.web.api.conftest import Api, Caller, problem


def test_a_password_is_exchanged_for_a_token(api: Api) -> None:
    answer = api.nobody("POST", TOKEN, {"email": " Agent@Shop.Example ", "password": PASSWORD})
    assert answer.json["expires_in"] == 1800
    assert answer.headers["Cache-Control"] == "no-store"
    Caller(api.app, answer.json["access"]).get("/api/tickets/stats/")


@pytest.mark.parametrize(
    "body",
    [
        {"email": "agent@shop.example", "password": "not the password"},
        {"email": "nobody@shop.example", "password": PASSWORD},
        {"email": "ann@mail.example", "password": PASSWORD},
        {"email": "no address \0", "password": PASSWORD},
    ],
)
def test_what_does_not_match_is_always_told_alike(api: Api, body: dict[str, str]) -> None:
    answer = api.nobody("POST", TOKEN, body)
    assert problem(answer, 401)["detail"] == "That address and password do not match."
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_passwords_cannot_be_guessed_quickly(api: Api) -> None:
    wrong = {"email": "agent@shop.example", "password": "not the password"}
    for _ in range(12):
        problem(api.nobody("POST", TOKEN, wrong), 401)
    sign_in(api, "agent@shop.example")
    for _ in range(8):
        problem(api.nobody("POST", TOKEN, wrong), 401)
    answer = api.nobody("POST", TOKEN, {**wrong, "password": PASSWORD})
    problem(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 300
    # Others sign in as before, and tokens are not concerned.
    sign_in(api, "admin@shop.example")
    api.agent.get(LIST)


def test_right_passwords_do_not_count(api: Api) -> None:
    for _ in range(12):
        sign_in(api)
