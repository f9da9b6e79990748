"""Changes, each in a transaction of its own."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.models import Person
from tests.web.api.conftest import Api
from web.api.transactions import in_transaction


def test_what_another_made_meanwhile_is_found_in_the_next_try(api: Api) -> None:
    tries = []

    def work(session: Session) -> int:
        tries.append(1)
        session.get_one(Person, api.shop.ann.id).name = f"Ann {len(tries)}"
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, Exception("another was faster"))
        return len(tries)

    with api.app.app_context():
        assert in_transaction(work) == 2
    with api.database.reading() as session:
        assert session.get_one(Person, api.shop.ann.id).name == "Ann 2"


def test_it_gives_up_after_three_tries(api: Api) -> None:
    tries = []

    def work(_session: Session) -> None:
        tries.append(1)
        raise IntegrityError("INSERT", {}, Exception("always"))

    with api.app.app_context(), pytest.raises(IntegrityError):
        in_transaction(work)
    assert len(tries) == 3
