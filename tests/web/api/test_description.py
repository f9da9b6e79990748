"""The description holds by others' reading of it, and a client that others make from it works."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.web.api.conftest import Api

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def description(api: Api) -> Any:
    return api.nobody.get("/api/openapi.json")


def schemas(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every schema in the description, with where it stands."""
    if isinstance(part, dict):
        if "type" in part or "$ref" in part or "enum" in part:
            yield path, part
        for name, value in part.items():
            yield from schemas(value, f"{path}/{name}")
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from schemas(value, f"{path}/{index}")


def test_the_description_is_valid_openapi(description: Any) -> None:
    OpenAPIV31SpecValidator(description).validate()


def test_no_default_and_no_example_breaks_its_own_schema(description: Any) -> None:
    seen = 0
    for path, schema in schemas(description):
        validator = Draft202012Validator(schema)
        given = [schema["default"]] if "default" in schema else []
        for value in given + schema.get("examples", []):
            assert list(validator.iter_errors(value)) == [], (path, value)
            seen += 1
    assert seen > 20


def test_every_operation_has_a_name_and_answers_have_enums(description: Any) -> None:
    names = [
        operation["operationId"]
        for operations in description["paths"].values()
        for method, operation in operations.items()
        if method != "parameters"
    ]
    assert len(set(names)) == len(names) >= 14
    answers = description["components"]["schemas"]
    for schema, field in (
        ("Ticket", "status"),
        ("Ticket", "priority"),
        ("TicketDetail", "status"),
        ("Inbound", "kind"),
        ("Inbound", "state"),
        ("Outbound", "state"),
    ):
        found = next(answers[name] for name in (schema, f"{schema}Out") if name in answers)
        assert found["properties"][field]["enum"], (schema, field)


@pytest.fixture
def client(api: Api, description: Any, tmp_path: Path) -> Iterator[ModuleType]:
    """The package that openapi-python-client makes of the description."""
    written = tmp_path / "openapi.json"
    written.write_text(json.dumps(description))
    settings = tmp_path / "settings.json"
    settings.write_text(
        json.dumps(
            {
                "post_hooks": [],
                "package_name_override": "made_client",
                # A mail's own type is not one that the generator knows to be bytes.
                "content_type_overrides": {"message/rfc822": "application/octet-stream"},
            }
        )
    )
    run = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    run += ["--path", str(written), "--config", str(settings), "--fail-on-warning"]
    run += ["--output-path", str(tmp_path / "made_client")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(tmp_path))
    yield importlib.import_module("made_client")
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("made_client")]:
        del sys.modules[name]


def test_a_generated_client_works(api: Api, client: ModuleType, address: str) -> None:
    def call(operation: str, *args: Any, **given: Any) -> Any:
        module = importlib.import_module(f"made_client.api.{operation}")
        return module.sync(*args, client=signed_in, **given)

    models = importlib.import_module("made_client.models")
    signed_in = client.AuthenticatedClient(base_url=address, token=api.agent.token)
    made = call(
        "tickets.create_ticket",
        body=models.NewTicket(
            subject="My kettle leaks", description="At the bottom.", customer="ann@mail.example"
        ),
        idempotency_key="k1",
    )
    assert (made.status, made.priority, made.customer.email) == (
        "open",
        "medium",
        "ann@mail.example",
    )
    written = call("tickets.add_comment", made.ticket_number, body=models.NewComment("Like so?"))
    assert written.is_staff_comment
    step, either = models.StatusChangeStatus, models.ListTicketsStatusItem

    def move_to(status: Any) -> Any:
        change = models.StatusChange(status, reason=None)
        return call("tickets.change_status", str(made.id), body=change)

    assert "in_progress" in move_to(step.OPEN).allowed, "what is refused is a typed problem"
    assert move_to(step.IN_PROGRESS).status == "in_progress"
    listed = call(
        "tickets.list_tickets", status=[either.WAITING, either.IN_PROGRESS], search="like so"
    )
    assert [ticket.id for ticket in listed.results] == [made.id]
    detail = call("tickets.get_ticket", made.ticket_number)
    assert [comment.comment for comment in detail.comments] == ["At the bottom.", "Like so?"]
    assert call("tickets.ticket_stats").total_tickets == 1
    refused = call("tickets.create_ticket", body=models.NewTicket(subject="x", description="y"))
    assert set(refused.errors.additional_properties) == {"subject"}
