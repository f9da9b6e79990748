"""Amazon, once for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.amazon import FakeAmazon


@pytest.fixture(scope="module")
def fake_amazon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeAmazon]:
    with FakeAmazon(tmp_path_factory.mktemp("amazon")) as amazon:
        yield amazon


@pytest.fixture
def amazon(fake_amazon: FakeAmazon) -> FakeAmazon:
    fake_amazon.asked.clear()
    fake_amazon.status = 200
    return fake_amazon
