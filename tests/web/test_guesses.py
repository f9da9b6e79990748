"""Wrong passwords: who pays for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.models import OutboundMail
from tests.web.conftest import PASSWORD, Browser, Desk
from web.guesses import AT_ACCOUNT, AT_ACCOUNT_FROM_ADDRESS, FROM_ADDRESS

# Each test here counts what its own application was asked.
pytestmark = pytest.mark.own_app

ADA, BO = "ada@shop.example", "bo@shop.example"


@pytest.fixture(autouse=True)
def _quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow hash is not what is tried here, a hundred times."""
    monkeypatch.setattr("helpdesk.passwords.matches", lambda typed, _hash: typed == PASSWORD)


@pytest.fixture
def attempt(visitor: Callable[[], Browser]) -> Callable[..., int]:
    """Tries to sign in from an address, in a browser of its own unless one is given."""

    def attempt(
        account: str, password: str, address: str = "192.0.2.1", browser: Browser | None = None
    ) -> int:
        browser = browser or visitor()
        return browser.client.post(
            "/desk/login",
            data={"csrf_token": browser.token(), "email": account, "password": password},
            headers={"X-Forwarded-For": address},
        ).status_code

    return attempt


def test_twelve_wrong_passwords_do_not_shut_out_a_right_one(
    desk: Desk, attempt: Callable[..., int]
) -> None:
    assert [attempt(ADA, "wrong") for _ in range(12)] == [401] * 12
    assert attempt(ADA, PASSWORD) == 303


def test_the_address_that_guesses_is_slowed_and_no_other(
    desk: Desk, attempt: Callable[..., int]
) -> None:
    most = AT_ACCOUNT_FROM_ADDRESS.amount
    assert [attempt(ADA, "wrong") for _ in range(most + 1)] == [401] * most + [429]
    assert attempt(ADA, PASSWORD, "192.0.2.2") == 303
    assert attempt(BO, PASSWORD) == 303


def test_an_address_that_guesses_at_many_accounts_is_slowed(
    desk: Desk, attempt: Callable[..., int]
) -> None:
    for number in range(FROM_ADDRESS.amount):
        assert attempt(f"a{number}@shop.example", "wrong") == 401
    assert attempt(BO, PASSWORD) == 429
    assert attempt(BO, PASSWORD, "192.0.2.2") == 303


def test_a_browser_that_was_signed_in_with_pays_for_no_guesses_from_its_address(
    desk: Desk, attempt: Callable[..., int], visitor: Callable[[], Browser]
) -> None:
    own = visitor()
    assert attempt(ADA, PASSWORD, browser=own) == 303
    own.post("/desk/logout", "/desk")
    for _ in range(AT_ACCOUNT_FROM_ADDRESS.amount):
        attempt(ADA, "wrong")
    assert attempt(ADA, PASSWORD) == 429
    assert attempt(ADA, PASSWORD, browser=own) == 303
    own.post("/desk/logout", "/desk")
    # It is known for that account alone, and its own guesses count.
    assert [attempt(ADA, "wrong", browser=own) for _ in range(21)][-1] == 429


def test_who_has_to_wait_is_told_how_long(desk: Desk, anonymous: Browser) -> None:
    fields = {"csrf_token": anonymous.token(), "email": ADA, "password": "wrong"}
    answers = [anonymous.client.post("/desk/login", data=fields) for _ in range(21)]
    assert answers[-1].status_code == 429
    assert "Please try again in" in answers[-1].text
    assert f'value="{ADA}"' in answers[-1].text
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 300


def test_an_account_that_many_guess_at_asks_those_alone_for_a_mailed_link(
    desk: Desk, attempt: Callable[..., int], visitor: Callable[[], Browser]
) -> None:
    for number in range(AT_ACCOUNT.amount):
        attempt(ADA, "wrong", f"198.51.100.{number % 12}")
    guesser = {"X-Forwarded-For": "198.51.100.1"}
    browser = visitor()
    fields = {"csrf_token": browser.token(), "email": ADA, "password": PASSWORD}
    answer = browser.client.post("/desk/login", data=fields, headers=guesser)
    assert answer.status_code == 401
    assert "Have a link mailed" in answer.text
    assert attempt(ADA, PASSWORD, "192.0.2.2") == 303
    assert attempt(BO, PASSWORD, "198.51.100.1") == 303
    # By the mailed link they come in, from the same address.
    ask = {"csrf_token": fields["csrf_token"], "email": ADA}
    assert browser.client.post("/desk/forgot", data=ask, headers=guesser).status_code == 200
    link = f"/desk/password/{_mailed_token(desk)}"
    new = {"csrf_token": fields["csrf_token"], "password": PASSWORD, "password_again": PASSWORD}
    assert browser.client.post(link, data=new, headers=guesser).status_code == 303
    assert attempt(ADA, PASSWORD, "198.51.100.1", browser) == 303
    assert attempt(ADA, PASSWORD, "198.51.100.1") == 401


def _mailed_token(desk: Desk) -> str:
    with desk.database.reading() as session:
        mail = session.scalars(select(OutboundMail).where(OutboundMail.recipient == ADA)).one()
        return str(mail.values["path"]).rpartition("/")[2]
