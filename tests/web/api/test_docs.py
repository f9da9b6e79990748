"""The description, its page, and that the commands in ``docs/api.md`` are true."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from tests.web.api.conftest import Api, Caller

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"
HOST = "https://help.shop.example"
_FENCES = re.compile(r"```(sh|json)\n(.*?)```", re.DOTALL)


def _commands() -> list[tuple[str, Any]]:
    """Each command of the guide, with the answer that the guide shows after it (or None)."""
    found: list[tuple[str, Any]] = []
    for kind, text in _FENCES.findall(GUIDE.read_text("utf-8")):
        if kind == "sh":
            found.append((text, None))
        else:
            found[-1] = (found[-1][0], json.loads(text))
    return found


def _ask(api: Api, command: str) -> Any:
    """What curl would get: the options that the guide uses, and no others."""
    one_line = command.replace("\\\n", " ").replace("$TOKEN", api.agent.token)
    words = iter(shlex.split(one_line))
    assert next(words) == "curl"
    method, url, body = "", "", None
    headers: dict[str, str] = {}
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "--json":
            body = json.loads(next(words))
        else:
            assert word.startswith(HOST), word
            url = word.removeprefix(HOST)
    answer = Caller(api.app)(method or ("POST" if body else "GET"), url, body, headers=headers)
    return json.loads(answer.text.replace("http://localhost", HOST))


def _same(shown: Any, got: Any) -> bool:
    """Whether an answer is the one shown, where “…” stands for anything."""
    if shown == "…":
        return True
    if isinstance(shown, dict) and isinstance(got, dict):
        return shown.keys() == got.keys() and all(_same(shown[key], got[key]) for key in shown)
    if isinstance(shown, list) and isinstance(got, list):
        return len(shown) == len(got) and all(map(_same, shown, got))
    return bool(shown == got)


def _write_a_canned_reply(api: Api) -> None:
    """What the guide shows of them, with its dates and its count."""
    draft = CannedReplyDraft(
        "Refund",
        "Hello {{ customer.first_name }}, the money is on its way.",
        shortcut="r",
        language="en",
        status_after="resolved",
    )
    with api.database.transaction() as session:
        written = add_canned_reply(
            session, api.shop.agent, draft, now=datetime(2026, 11, 20, 12, tzinfo=UTC)
        )
        written.used_count, written.used_at = 12, datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


def test_the_commands_of_the_guide_are_true(api: Api) -> None:
    commands = _commands()
    assert len(commands) > 10
    _write_a_canned_reply(api)
    for command, shown in commands:
        # Who answers does so later; the rest of the guide happens in one moment.
        api.clock.advance(minutes=36 if "/comment/" in command else 0)
        got = _ask(api, command)
        assert shown is not None or got.get("status") not in range(400, 600), f"{command}\n{got}"
        assert shown is None or _same(shown, got), f"{command}\n{json.dumps(got, indent=2)}"


def test_the_description_names_every_operation(api: Api) -> None:
    described = api.nobody.get("/api/openapi.json")
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "http://localhost"}]
    assert described["security"] == [{"token": []}]
    operations = {
        f"{method.upper()} {path}"
        for path, item in described["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert len(operations) == 36
    assert "PATCH /api/tickets/{key}/status/" in operations
    for item in described["paths"].values():
        for method in ("get", "post", "put", "patch"):
            if method in item:
                assert item[method]["summary"]
                assert "401" in item[method]["responses"]


def test_the_page_shows_every_operation(api: Api) -> None:
    answer = api.nobody("GET", "/api/docs")
    assert answer.content_type.startswith("text/html")
    described = api.nobody.get("/api/openapi.json")
    for path in described["paths"]:
        assert path in answer.text
    for name in described["components"]["schemas"]["NewTicket"]["properties"]:
        assert f"<code>{name}</code>" in answer.text


def test_the_page_needs_no_script_and_nothing_from_elsewhere(api: Api) -> None:
    text = api.nobody("GET", "/api/docs").text
    assert "<script" not in text
    assert not re.search(r"\sstyle=|<style|\son\w+=", text)
    addresses = re.findall(r'(?:href|src)="([^"#]+)"', text)
    assert addresses
    assert not any(urlsplit(address).netloc for address in addresses)
    for address in addresses:
        assert api.nobody("GET", address).status_code == 200


def test_links_within_the_page_lead_somewhere(api: Api) -> None:
    text = api.nobody("GET", "/api/docs").text
    ids = set(re.findall(r'id="([^"]+)"', text))
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert links
    assert links <= ids
