"""A reader for the tests of this folder."""

from __future__ import annotations

import pytest

from mailgate.parse.isolated import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()
