"""What a migration may not do to tables that are large and in use (CONTRIBUTING.md has why).

Its ``upgrade`` is read, and what it calls; a ``downgrade`` has the database for itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

FROM = "0073"
"""The migrations of before stand as they are: they were made when one machine was all."""

_SLOW = {
    "alter_column": "steps.require, or a new column",
    "batch_alter_table": "a step of helpdesk.schema.steps",
    "create_foreign_key": "steps.add_foreign_key",
    "create_check_constraint": "steps.add_check",
    "create_unique_constraint": "steps.create_index with unique=True",
    "create_exclude_constraint": "nothing: it cannot be had without a long lock",
    "create_primary_key": "a new table",
    "drop_constraint": "a migration that contracts, and raw SQL in steps.py",
    "drop_index": "steps.drop_index",
    "rename_table": "a new table",
}
_CONTRACTS = ("drop_column", "drop_table", "require")
_SQL = re.compile(
    r"\s*(UPDATE|DELETE|ALTER|LOCK|TRUNCATE|REINDEX|CLUSTER|VACUUM"
    r"|CREATE\s+(UNIQUE\s+)?INDEX)\b",
    re.I,
)
_OF_ROWS = re.compile(r"\s*(UPDATE|DELETE)\b", re.I)
_HARMLESS = ("f", "get_bind", "get_context")


def complaints(source: str) -> list[str]:
    """Return what is wrong with a migration, a line each."""
    tree = ast.parse(source)
    calls = [call for function in _going_up(tree) for call in ast.walk(function)]
    made = {_text(call, 0) for room, verb, call in _named(calls) if verb == "create_table" if room}
    found = []
    for room, verb, call in _named(calls):
        if room == "op" and verb in _SLOW:
            found.append(f"op.{verb}: use {_SLOW[verb]}")
        if room == "op" and verb == "create_index" and _text(call, 1) not in made:
            found.append("op.create_index on a table that is there: use steps.create_index")
        if room == "op" and verb == "add_column":
            found += _of_column(call)
        if verb in _CONTRACTS and not _least_code(tree):
            found.append(f"{room}.{verb} contracts: set least_code")
    in_batches = any(verb == "in_batches" for _, verb, _ in _named(calls))
    found += [
        f"“{one.value[:40]}…” in one go: use steps.fill, or another step"
        for one in calls
        if isinstance(one, ast.Constant)
        and isinstance(one.value, str)
        and _SQL.match(one.value)
        and not (in_batches and _OF_ROWS.match(one.value))
    ]
    rooms = {room for room, verb, _ in _named(calls) if verb not in _HARMLESS}
    if rooms == {"op", "steps"}:
        found.append("op and steps in one migration: steps commit, and what op did is done twice")
    return found


def _going_up(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            if node.name != "downgrade":
                yield from (one for one in node.body if not _is_docstring(one))
        elif not _is_docstring(node):
            yield node


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _named(nodes: list[ast.AST]) -> Iterator[tuple[str, str, ast.Call]]:
    """The calls of ``op.verb`` and ``steps.verb``."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in ("op", "steps"):
                yield owner.id, node.func.attr, node


def _text(call: ast.Call, place: int) -> str:
    """An argument that is a literal; empty where it is none."""
    if len(call.args) > place and isinstance(one := call.args[place], ast.Constant):
        return str(one.value)
    return ""


def _of_column(call: ast.Call) -> list[str]:
    words = ast.unparse(call)
    found = []
    if "nullable=False" in words and "server_default=" not in words:
        found.append("op.add_column: nullable, or with a constant server_default")
    if "ForeignKey" in words:
        found.append("op.add_column with a foreign key: use steps.add_foreign_key")
    return found


def _least_code(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "least_code"
        for node in tree.body
    )
