"""What every part of the API has in common."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Api
from web.api.blueprint import LARGEST_BODY


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b" " * (LARGEST_BODY + 1), "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_said_to_be_so(
    api: Api, body: bytes, content_type: str, status: int
) -> None:
    answer = api.app.test_client().post(
        "/api/tickets/create/",
        data=body,
        content_type=content_type,
        headers={"Authorization": f"Bearer {api.ann.token}"},
    )
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_each_operation_names_its_scope_and_its_problems(api: Api) -> None:
    paths = api.nobody.get("/api/openapi.json")["paths"]
    listed = paths["/api/tickets/"]["get"]
    assert listed["security"] == [{"token": ["read"]}]
    assert {"400", "401", "403", "429"} <= set(listed["responses"])
    assert paths["/api/orders/{number}/"]["put"]["security"] == [{"token": ["orders"]}]
