"""The API's routes and its description, in the application."""

from __future__ import annotations

from tests.web.api.conftest import Api


def test_the_description_keeps_the_names_of_its_schemas(api: Api) -> None:
    described = api.nobody.get("/api/openapi.json")
    assert {"Problem", "TicketOut", "TicketPage", "InboundPage", "OutboundPage"} <= set(
        described["components"]["schemas"]
    )
    assert "token" in described["components"]["securitySchemes"]


def test_a_ticket_is_named_by_id_or_number_in_either_case(api: Api) -> None:
    made = api.ann.create()
    for key in (made["id"], made["ticket_number"], made["ticket_number"].lower()):
        assert api.ann.get(f"/api/tickets/{key}/")["id"] == made["id"]
    for key in ("TKT1", "-1", "1x", "9" * 19):
        assert api.ann("GET", f"/api/tickets/{key}/").status_code == 404
