"""Splitting a ticket, and tickets that belong together, by the API: for staff alone."""

from __future__ import annotations

from tests.web.api.conftest import Api, problem


def test_some_of_the_messages_go_to_a_new_ticket(api: Api) -> None:
    old = api.ann.create()
    path = f"/api/tickets/{old['id']}/"
    more = api.ann("POST", f"{path}comment/", {"comment": "The lid is lost, too."}).json
    body, key = {"comments": [more["id"]], "subject": "The lid"}, {"Idempotency-Key": "split"}
    made = api.agent("POST", f"{path}split/", body, headers=key)
    assert made.status_code == 201
    assert (made.json["subject"], made.json["customer"]["email"]) == ("The lid", "ann@mail.example")
    assert made.headers["Location"].endswith(f"/api/tickets/{made.json['id']}/")
    again = api.agent("POST", f"{path}split/", body, headers=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (made.json, "true")
    said = api.ann.get(f"/api/tickets/{made.json['id']}/")["comments"]
    assert [one["comment"] for one in said] == ["The lid is lost, too."]
    assert len(api.ann.get(path)["comments"]) == 1
    (split,) = [one for one in api.agent.get(path)["history"] if one["field_changed"] == "split"]
    assert split["new_value"] == made.json["ticket_number"]


def test_what_cannot_go_is_said(api: Api) -> None:
    old = api.ann.create()
    path = f"/api/tickets/{old['id']}/split/"
    for sent in ([], [1], [999], [0], ["1"], [2**63], list(range(1, 202)), None):
        refused = problem(api.agent("POST", path, {"comments": sent}), 422)
        assert [name.partition(".")[0] for name in refused["errors"]] == ["comments"], refused
    assert problem(api.ann("POST", path, {"comments": [1]}), 403)
    assert problem(api.bob("POST", path, {"comments": [1]}), 404)


def test_tickets_name_each_other_until_that_is_ended(api: Api) -> None:
    one, other = api.ann.create(subject="Kettle"), api.bob.create(subject="Mug")
    path, number = f"/api/tickets/{one['id']}/", other["ticket_number"]
    shown = {"ticket_number": number, "subject": "Mug", "status": "open"}
    # By its number in either case, or its id, as a text or a number.
    for relation, key in (
        ("related", number.lower()),
        ("child", str(other["id"])),
        ("related", other["id"]),
    ):
        made = api.agent("POST", f"{path}links/", {"other": key, "relation": relation})
        assert (made.status_code, made.json) == (201, {"relation": relation, **shown})
    detail = api.agent.get(path)
    assert [link["relation"] for link in detail["links"]] == ["related", "child"]
    back = api.agent.get(f"/api/tickets/{other['id']}/")["links"]
    assert [link["relation"] for link in back] == ["parent", "related"]
    api.agent("PATCH", f"{path}status/", {"status": "in_progress"})
    held = problem(api.agent("PATCH", f"{path}status/", {"status": "resolved"}), 409)
    assert number in held["detail"]
    gone = api.agent("DELETE", f"{path}links/{other['id']}/?relation=child")
    assert (gone.status_code, gone.data) == (204, b"")
    assert [link["relation"] for link in api.agent.get(path)["links"]] == ["related"]
    again = problem(api.agent("DELETE", f"{path}links/{number}/?relation=child"), 422)
    assert list(again["errors"]) == ["other"]
    for caller in (api.ann, api.bob):
        assert "Mug" not in str(api.ann.get(path))
        mine = one if caller is api.ann else other
        assert caller.get(f"/api/tickets/{mine['id']}/")["links"] == []


def test_what_is_no_link_is_said(api: Api) -> None:
    one, other = api.ann.create(), api.bob.create()
    path = f"/api/tickets/{one['id']}/links/"
    good = {"other": str(other["id"]), "relation": "parent"}
    for changed, field in (
        ({"other": "4711"}, "other"),
        ({"other": 4711}, "other"),
        ({"other": 0}, "other"),
        ({"other": -1}, "other"),
        ({"other": 10**18}, "other"),
        ({"other": 1.5}, "other"),
        ({"other": True}, "other"),
        ({"other": "1\n"}, "other"),
        ({"other": one["ticket_number"]}, "other"),
        ({"other": "a kettle"}, "other"),
        ({"relation": "friend"}, "relation"),
        ({"other": None}, "other"),
        ({"kind": "parent"}, "kind"),
    ):
        refused = problem(api.agent("POST", path, {**good, **changed}), 422)
        assert list(refused["errors"]) == [field], refused
    assert problem(api.ann("POST", path, good), 403)
    assert problem(api.bob("POST", path, good), 404)
    assert problem(api.agent("DELETE", f"{path}{other['id']}/"), 422)["errors"].keys() == {
        "relation"
    }
