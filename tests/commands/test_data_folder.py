"""The data folder: one Postdesk at a time, and a line that says why not."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from commands.data_folder import sole_use


def test_it_is_made_for_us_alone_and_names_its_holder(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "var"
    with sole_use(folder):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "up.lock").read_text() == str(os.getpid())


def test_a_second_one_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with (
        sole_use(tmp_path),
        pytest.raises(click.ClickException, match=f"process {os.getpid()}"),
        sole_use(tmp_path),
    ):
        pass
    with sole_use(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(click.ClickException, match="POSTDESK_DATA_DIR: cannot write to"),
        sole_use(tmp_path / "file" / "var"),
    ):
        pass
