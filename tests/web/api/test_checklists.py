"""A ticket's checklist by the API: for staff alone."""

from __future__ import annotations

from tests.web.api.conftest import Api, problem


def test_items_are_added_changed_moved_and_removed(api: Api) -> None:
    ticket = api.ann.create()
    path = f"/api/tickets/{ticket['ticket_number']}/checklist/"
    key = {"Idempotency-Key": "one"}
    first = api.agent("POST", path, {"text": "Call\nthe carrier"}, headers=key)
    assert first.status_code == 201
    assert first.json == {"id": 1, "text": "Call the carrier", "done": False}
    again = api.agent("POST", path, {"text": "Call\nthe carrier"}, headers=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    second = api.agent("POST", path, {"text": "Refund"}).json
    changed = api.agent("PATCH", f"{path}{second['id']}/", {"done": True, "place": 1})
    assert changed.json == {**second, "done": True}
    listed = api.agent.get(f"{path}?page_size=1")
    assert (listed["count"], listed["results"]) == (2, [changed.json])
    assert listed["next"].endswith("page_size=1&page=2")
    words = api.agent("PATCH", f"{path}1/", {"text": "Call DHL"}).json
    detail = api.agent.get(f"/api/tickets/{ticket['id']}/")
    assert detail["checklist"] == [changed.json, words]
    gone = api.agent("DELETE", f"{path}{second['id']}/")
    assert (gone.status_code, gone.data) == (204, b"")
    assert api.agent.get(path)["results"] == [words]
    assert problem(api.agent("DELETE", f"{path}{second['id']}/"), 404)
    told = [row for row in api.agent.get(f"/api/tickets/{ticket['id']}/")["history"]
            if row["field_changed"].startswith("checklist")]  # fmt: skip
    assert len(told) == 6


def test_customers_are_told_nothing_of_it(api: Api) -> None:
    ticket = api.ann.create()
    path = f"/api/tickets/{ticket['id']}/checklist/"
    api.agent("POST", path, {"text": "Call the carrier"})
    for method, more, body in (
        ("GET", "", None),
        ("POST", "", {"text": "x"}),
        ("PATCH", "1/", {"done": True}),
        ("DELETE", "1/", None),
    ):
        assert problem(api.ann(method, path + more, body), 403)
        assert problem(api.bob(method, path + more, body), 404)
    told = api.ann.get(f"/api/tickets/{ticket['id']}/")
    assert told["checklist"] == []
    assert "carrier" not in str(told)


def test_what_does_not_hold_is_named(api: Api) -> None:
    one, other = api.ann.create(), api.bob.create()
    path = f"/api/tickets/{one['id']}/checklist/"
    api.agent("POST", path, {"text": "Call the carrier"})
    for method, more, body, field in (
        ("POST", "", {"text": ""}, "text"),
        ("POST", "", {"text": " \n"}, "text"),
        ("POST", "", {"text": "x" * 301}, "text"),
        ("PATCH", "1/", {"done": "yes"}, "done"),
        ("PATCH", "1/", {"place": 0}, "place"),
        ("PATCH", "1/", {"text": "  "}, "text"),
    ):
        refused = problem(api.agent(method, path + more, body), 422)
        assert list(refused["errors"]) == [field], refused
    elsewhere = f"/api/tickets/{other['id']}/checklist/1/"
    assert problem(api.agent("PATCH", elsewhere, {"done": True}), 404)
