"""Lists of what belongs to one ticket."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Api


@pytest.mark.parametrize("what", ["checklist", "side-conversations"])
def test_each_pages_alike_and_is_for_staff(api: Api, what: str) -> None:
    ticket = api.ann.create()
    address = f"/api/tickets/{ticket['id']}/{what}/"
    for n in range(3):
        message = {"comment": f"Message {n}", "to": [f"to{n}@carrier.example"], "subject": "Parcel"}
        sent = {"text": f"Item {n}"} if what == "checklist" else message
        api.agent("POST", address, sent)
    pages = [api.agent.get(f"{address}?page={n}&page_size=2") for n in (1, 2)]
    assert [page["count"] for page in pages] == [3, 3]
    assert [len(page["results"]) for page in pages] == [2, 1]
    assert [bool(page["next"]) for page in pages] == [True, False]
    assert api.ann("GET", address).status_code == 403
    assert api.agent("GET", f"/api/tickets/999/{what}/").status_code == 404
