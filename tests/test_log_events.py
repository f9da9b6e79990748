"""The page on logs has every event that the code writes, with its fields, and no other."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/operating/logs.md").read_text("utf-8")
PACKAGES = ("helpdesk", "mailgate", "jobs", "web", "commands")
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_ROW = re.compile(r"^\| `(\w+)` \|([^|]*)\|", re.M)


def documented() -> dict[str, set[str]]:
    """Each event's fields, as the page has them."""
    found: dict[str, set[str]] = {}
    before: set[str] = set()
    for event, fields in _ROW.findall(PAGE):
        before = before if fields.strip() == "the same" else set(re.findall(r"`(\w+)`", fields))
        found[event] = before
    return found


def written() -> dict[str, set[str]]:
    """Each event's fields, as the code writes them: where it names them in the call itself."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for event, fields in _events(ast.parse(path.read_text("utf-8"))):
                found[event] |= fields
    return found


def _events(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_log_call(node.func) and node.args:
            fields = {one.arg for one in node.keywords if one.arg and one.arg != "exc_info"}
            if isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value), fields
        elif isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id == "_EVENTS" for one in targets):
                for value in node.value.values:
                    assert isinstance(value, ast.Constant)
                    yield str(value.value), set()


def _is_log_call(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute):
        return False
    by_level = isinstance(called.value, ast.Name) and called.value.id == "log"
    return (by_level and called.attr in _LEVELS) or called.attr == "_tell"


def test_the_page_has_every_event_and_no_other() -> None:
    assert documented().keys() == written().keys()


def test_the_page_has_every_field_that_a_line_names() -> None:
    pages = documented()
    missing = {event: fields - pages[event] for event, fields in written().items()}
    assert not {event: fields for event, fields in missing.items() if fields}


def test_names_of_events_are_plain_words() -> None:
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", event) for event in written())
