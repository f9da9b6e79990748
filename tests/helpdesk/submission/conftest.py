"""A relay that does what the test says, and a certificate for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.relay import ScriptedRelay, make_certificate


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with ScriptedRelay() as made:
        yield made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))
