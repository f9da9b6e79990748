"""Signing in to the API, for the tests of who asks."""

from __future__ import annotations

from tests.support.factories import PASSWORD
from tests.web.api.conftest import Api, Caller

TOKEN = "/api/auth/token/"


LIST = "/api/tickets/"


def sign_in(api: Api, email: str = "agent@shop.example", password: str = PASSWORD) -> Caller:
    answer = api.nobody("POST", TOKEN, {"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    assert answer.json.keys() == {"access", "expires_in"}
    return Caller(api.app, answer.json["access"])
