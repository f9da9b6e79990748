"""The list of tickets, read to its end by a cursor."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.web.api.conftest import Api, problem


def test_next_leads_to_the_end(api: Api) -> None:
    for number in range(5):
        api.ann.create(subject=f"Number {number}")
    address, subjects = "/api/tickets/?cursor=&page_size=2&status=open", []
    while address:
        found = api.ann.get(address)
        assert found["count"] == 5
        assert found["previous"] is None
        subjects += [one["subject"] for one in found["results"]]
        if found["next"]:
            assert found["next"].startswith("http://localhost/api/tickets/?cursor=")
            assert "page_size=2&status=open" in found["next"]
        address = found["next"] and "?".join(urlsplit(found["next"])[2:4])
    assert subjects == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_what_is_no_cursor_names_the_field(api: Api) -> None:
    for query, field in (("cursor=7", "cursor"), (f"cursor={'9' * 41}", "cursor")):
        assert field in problem(api.ann("GET", f"/api/tickets/?{query}"), 422)["errors"], query
    said = problem(api.ann("GET", "/api/tickets/?cursor=&page=2"), 422)["errors"]
    assert list(said) == ["page"]
    assert api.ann.get("/api/tickets/?cursor=&page=1")["results"] == []
