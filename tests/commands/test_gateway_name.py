"""A gateway is not started under the name of one that is at work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
import pytest

from commands.gateway_name import refuse_a_name_in_use
from tests.conftest import MakeSettings
from tests.support.gateways import Pair, pair
from tests.support.running import free_port

__all__ = ["pair"]


@pytest.mark.databases("postgresql")
def test_the_name_of_one_at_work_stops_the_start(
    pair: Pair, make_settings: MakeSettings, tmp_path: Path, database_url: str
) -> None:
    _, second = pair
    named = {"DATABASE_URL": database_url, "GATEWAY": "mx2"}
    other = make_settings(**named, DATA_DIR=str(tmp_path / "other"))
    second.tells()
    with pytest.raises(click.ClickException, match="mx2 is the name of a gateway that is at work"):
        refuse_a_name_in_use(other)
    refuse_a_name_in_use(second.settings)  # itself, begun anew
    refuse_a_name_in_use(make_settings(**named | {"GATEWAY": "mx3"}))
    second.was_last_heard(timedelta(minutes=1))
    refuse_a_name_in_use(other)


def test_a_database_that_is_away_stops_no_gateway(make_settings: MakeSettings) -> None:
    url = f"postgresql+psycopg://postdesk@127.0.0.1:{free_port()}/postdesk"
    refuse_a_name_in_use(make_settings(DATABASE_URL=url, GATEWAY="mx1"))
