"""The tags, as programs read them."""

from __future__ import annotations

from tests.web.api.conftest import Api


def test_they_are_listed_with_their_colours_and_for_staff_alone(api: Api) -> None:
    draft = {"subject": "My kettle leaks", "description": "At the bottom."}
    created = api.ann("POST", "/api/tickets/create/", draft).json
    assert api.agent("GET", "/api/tags/").json == {
        "count": 0, "next": None, "previous": None, "results": [],
    }  # fmt: skip
    api.agent("PATCH", f"/api/tickets/{created['id']}/", {"tags": ["refund"]})
    [tag] = api.agent("GET", "/api/tags/").json["results"]
    assert (tag["name"], set(tag)) == ("refund", {"name", "colour"})
    assert api.ann("GET", "/api/tags/").status_code == 403
