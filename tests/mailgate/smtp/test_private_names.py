"""The private names of aiosmtpd that a session relies on: an upgrade that lacks one fails here."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, TLSSetupException

from mailgate.smtp import session as module
from tests.support.loops import in_a_loop

READ = {
    "_original_transport",
    "_smtp_methods",
    "_timeout_handle",
    "_tls_protocol",
    "_writer",
}
"""Attributes of an aiosmtpd connection that the session reads or sets."""
CALLED_BY_AIOSMTPD = {
    "_cb_client_connected": ["self", "reader", "writer"],
    "_handle_client": ["self"],
    "_reset_timeout": ["self", "duration"],
    "_set_rset_state": ["self"],
    "_timeout_cb": ["self"],
}
"""Methods that the session overrides, with their parameters."""


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def bare(loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(None, hostname="mx.shop.example", loop=loop)


def test_before_a_connection_they_stand_empty(bare: SMTP) -> None:
    values: Any = bare
    assert values._original_transport is None
    assert values._tls_protocol is None
    assert values._timeout_handle is None
    assert bare.session is bare.transport is None


def test_the_verbs_stand_in_a_table_by_name(bare: SMTP) -> None:
    verbs = bare._smtp_methods
    assert verbs.keys() >= {
        "HELO", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "VRFY", "HELP", "QUIT",
        "AUTH", "EXPN",
    }  # fmt: skip
    assert all(inspect.iscoroutinefunction(verb) for verb in verbs.values())
    assert list(inspect.signature(verbs["MAIL"]).parameters) == ["arg"]


@pytest.mark.parametrize(("name", "parameters"), CALLED_BY_AIOSMTPD.items())
def test_what_is_overridden_is_there(name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(SMTP, name)).parameters) == parameters


def test_a_connection_calls_what_is_overridden() -> None:
    called: list[str] = []

    class Noting(SMTP):
        def _set_rset_state(self) -> None:
            called.append("_set_rset_state")
            super()._set_rset_state()

        def _reset_timeout(self, duration: float | None = None) -> None:
            called.append("_reset_timeout")
            super()._reset_timeout(duration)

        def _cb_client_connected(self, reader: Any, writer: Any) -> None:
            called.append("_cb_client_connected")
            super()._cb_client_connected(reader, writer)

        async def _handle_client(self) -> None:
            called.append("_handle_client")
            assert isinstance(self._reader, asyncio.StreamReader)
            assert isinstance(self._writer, asyncio.StreamWriter)
            assert self._timeout_handle is not None
            self._timeout_cb()

    async def connect() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Noting(None, hostname="x", timeout=60, loop=loop), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b"", "the time that is over ends the connection"
        writer.close()
        server.close()
        await server.wait_closed()

    in_a_loop(connect())
    assert called == ["_set_rset_state", "_reset_timeout", "_cb_client_connected", "_handle_client"]


def test_a_failed_handshake_has_an_exception_of_its_own() -> None:
    assert issubclass(TLSSetupException, Exception)


def test_no_other_private_name_is_used(bare: SMTP) -> None:
    """Neither on purpose nor by giving an attribute of ours a name that aiosmtpd uses."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    private = {name for name in names if name.startswith("_") and not name.startswith("__")}
    theirs = {*vars(bare), *dir(SMTP), "_reader", "_writer"}
    assert private & theirs == READ | CALLED_BY_AIOSMTPD.keys()
