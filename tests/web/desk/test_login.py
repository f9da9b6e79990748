"""Signing in to the desk."""

from __future__ import annotations

import pytest

from tests.web.conftest import PASSWORD, Browser, Desk


def test_in_and_out(desk: Desk, anonymous: Browser) -> None:
    answer = anonymous.sign_in("BO@shop.example ")
    assert answer.status_code == 303
    assert answer.location == "/desk"
    assert "Bo Okafor" in anonymous.get("/desk").text
    assert anonymous.post("/desk/logout", "/desk").location == "/desk/login"
    assert anonymous.get("/desk").status_code == 303


@pytest.mark.parametrize("address", ["bo@shop.example", "nobody@shop.example", "ann@shop.example"])
def test_whatever_was_wrong_the_words_are_the_same(
    desk: Desk, anonymous: Browser, address: str
) -> None:
    password = PASSWORD if address.startswith("ann") else "wrong"
    answer = anonymous.sign_in(address, password)
    assert answer.status_code == 401
    assert "That address and password do not match." in answer.text
    assert f'value="{address}"' in answer.text
    assert password not in answer.text


def test_who_asked_for_a_page_gets_it_after_signing_in(desk: Desk, anonymous: Browser) -> None:
    wanted = f"/desk/t/{desk.ticket.number}"
    asked = anonymous.get(wanted)
    assert asked.location == f"/desk/login?next={wanted}"
    page = anonymous.get(asked.location).text
    assert f'name="next" value="{wanted}"' in page
    answer = anonymous.post(
        "/desk/login", asked.location, email="bo@shop.example", password=PASSWORD, next=wanted
    )
    assert answer.location == wanted


def test_next_leads_to_no_other_site(desk: Desk, anonymous: Browser) -> None:
    answer = anonymous.post("/desk/login", email="bo@shop.example", password=PASSWORD,
                            next="\thttps://evil.example")  # fmt: skip
    assert answer.location == "/desk"
    assert anonymous.get("/desk/login?next=//evil.example").location == "/desk"
