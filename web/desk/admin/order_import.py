"""Importing orders from a CSV file: sent once, looked at, and then imported a part at a time.

How far it came stands, signed, in the form that goes on with it: nothing is lost with a worker, and
whoever begins anew changes nothing that was imported already.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic
from typing import Any

from flask import request
from flask.wrappers import Response
from itsdangerous import BadData, URLSafeTimedSerializer

from helpdesk.actions.import_orders import (
    BATCH,
    ImportedOrders,
    import_orders,
    log_import,
    look_at_orders,
)
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.text import clean_line
from helpdesk.tickets.order_csv import COLUMNS, BadRow, OrderRow, decoded_lines, read_orders
from web.desk.blueprint import blueprint, desk_page
from web.security import timed_serializer
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, store, transaction

_AT_A_TIME = 2.0
"""Seconds that one request works: then the page says how far it came."""
_GOOD_FOR = 24 * 3600
_MOST_NAMED = 100
"""Lines that are named with what is wrong with them."""


@dataclass
class _Import:
    """A file in the store, and how far its import came."""

    key: str
    name: str
    rows: int
    at: int = 0
    new: int = 0
    known: int = 0
    bad: int = 0
    named: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.at >= self.rows

    def add(self, rows: int, part: ImportedOrders) -> None:
        self.at += rows
        self.new, self.known = self.new + part.new, self.known + part.known
        self.bad += len(part.problems)
        room = _MOST_NAMED - len(self.named)
        self.named += [(one.line, one.problem) for one in part.problems[:room]]


@blueprint.get("/admin/orders")
@admin_only
def order_import() -> Response:
    """Where to choose the file."""
    return _page()


@blueprint.post("/admin/orders")
@admin_only
def look_at_file() -> Response:
    """What the file holds; nothing is imported yet."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(422, errors={"file": "Choose the file with the orders."})
    content = upload.read()
    try:
        looked = look_at_orders(read_session(), _orders_in(content))
    except InvalidInput as problem:
        return _page(422, errors={"file": problem.message})
    name = clean_line(upload.filename, 120)
    if not looked.rows:
        return _page(422, errors={"file": f"There is no order in {name}."})
    begun = _Import(store().blobs.put(content), name, looked.rows)
    named = [(one.line, one.problem) for one in looked.problems[:_MOST_NAMED]]
    return _page(looked=looked, begun=begun, named=named)


@blueprint.post("/admin/orders/import")
@admin_only
def go_on_importing() -> Response:
    """Import a part of the file, and say how far that came."""
    try:
        state = _Import(**_signer().loads(request.form.get("state", ""), max_age=_GOOD_FOR))
        content = store().blobs.get(state.key)
    except (BadData, NotFound, TypeError):
        return _page(422, errors={"file": "This page stood open for too long. Send it again."})
    actor, until = signed_in().actor, monotonic() + _AT_A_TIME
    rows = islice(_orders_in(content), state.at, None)
    while batch := list(islice(rows, BATCH)):
        with transaction() as session:
            state.add(len(batch), import_orders(session, actor, batch, now=now()))
            if state.is_done:
                log_import(session, actor, state.name, _sum(state), now=now())
        if monotonic() > until:
            break
    return _page(begun=state, importing=True)


def _sum(state: _Import) -> ImportedOrders:
    return ImportedOrders(state.new, state.known, [BadRow(0, "")] * state.bad)


def _orders_in(content: bytes) -> Iterator[OrderRow | BadRow]:
    return read_orders(decoded_lines(io.BytesIO(content)))


def _page(
    status: int = 200,
    *,
    begun: _Import | None = None,
    errors: dict[str, str] | None = None,
    **shown: Any,
) -> Response:
    return desk_page(
        "desk/admin/orders.html",
        status,
        columns=COLUMNS,
        begun=begun,
        state=_signer().dumps(vars(begun)) if begun and not begun.is_done else "",
        errors=errors or {},
        **shown,
    )


def _signer() -> URLSafeTimedSerializer:
    return timed_serializer("import of orders")
