"""The views by API, and the tickets of one."""

from __future__ import annotations

from helpdesk.actions.save_view import ViewDraft, save_view
from tests.web.api.conftest import Api


def test_views_are_listed_and_list_their_tickets(api: Api) -> None:
    kettle = api.ann.create(subject="A kettle")["ticket_number"]
    api.ann.create(subject="A mug")
    with api.database.transaction() as session:
        now = api.clock()
        draft = ViewDraft("Kettles", "kettle", "open", "-created", shared=True)
        shared = save_view(session, api.shop.admin, draft, now=now).id
        own = save_view(session, api.shop.admin, ViewDraft("Own"), now=now).id
    found = api.agent.get("/api/views/?page_size=100")["results"]
    names = [one["name"] for one in found]
    assert names[0] == "mine"
    assert f"v{own}" not in names
    (one,) = (one for one in found if one["name"] == f"v{shared}")
    assert one == {
        "name": f"v{shared}",
        "label": "Kettles",
        "base": "open",
        "search": "kettle",
        "order": "-created",
        "shared": True,
        "owner": "admin@shop.example",
    }
    listed = api.agent.get(f"/api/tickets/?view=v{shared}")
    assert [ticket["ticket_number"] for ticket in listed["results"]] == [kettle]
    assert listed["count"] == 1
    assert api.agent.get("/api/tickets/?view=resolved")["count"] == 0
    for view in ("nowhere", f"v{own}", "v0"):
        answer = api.agent("GET", f"/api/tickets/?view={view}")
        assert answer.status_code == 422
        assert "view" in answer.text
    assert api.ann("GET", "/api/tickets/?view=open").status_code == 403
    assert api.ann("GET", "/api/views/").status_code == 403
