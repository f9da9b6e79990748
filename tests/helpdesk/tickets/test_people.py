"""Finding the person behind an address, and making one where there is none."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.tickets.people import new_customer, person_at, person_for
from tests.support.factories import NOW, Shop


def test_a_person_is_found_by_their_address_in_any_case(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        found = person_at(session, " Ann@Mail.EXAMPLE ")
        assert found is not None
        assert found.id == shop.ann.id
        assert person_at(session, "nobody@mail.example") is None


def test_whoever_is_new_becomes_a_customer_once(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        eve = person_for(session, "Eve@mail.example", " Eve\nRay ", NOW)
        assert (eve.name, eve.role, eve.address) == ("Eve Ray", "customer", "eve@mail.example")
        assert person_for(session, "eve@mail.example", "", NOW) is eve
        assert new_customer(session, "carl@mail.example", "", NOW, language="de").language == "de"


def test_a_name_is_taken_over_where_none_was_known(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        assert person_for(session, "eve@mail.example", "", NOW).name == ""
        assert person_for(session, "eve@mail.example", "Eve", NOW).name == "Eve"
        assert person_for(session, "eve@mail.example", "Mallory", NOW).name == "Eve"


def test_an_address_that_was_claimed_meanwhile_is_its_owners(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        assert new_customer(session, "ann@mail.example", "Ann", NOW).id == shop.ann.id


@pytest.mark.parametrize("address", ["", "ann", "a@a <v@v>"])
def test_nobody_is_made_of_what_is_no_address(database: Database, address: str) -> None:
    with database.transaction() as session:
        for make in (person_for, new_customer):
            with pytest.raises(InvalidInput) as refused:
                make(session, address, "", NOW)
            assert refused.value.field == "email"


@pytest.mark.parametrize("address", ["ann@exa_mple.org", "ann..smith@docomo.example"])
def test_who_writes_to_us_need_not_have_an_address_that_mail_can_go_to(
    database: Database, address: str
) -> None:
    with database.transaction() as session:
        with pytest.raises(InvalidInput):
            person_for(session, address, "", NOW)
        assert new_customer(session, address, "Ann", NOW).id
