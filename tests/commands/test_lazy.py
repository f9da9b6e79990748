"""Commands that are loaded only when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from commands.lazy import LazyGroup


def test_listing_loads_nothing_and_asking_loads_one() -> None:
    run = (
        "import sys; from commands.main import main; import click; "
        "context = click.Context(main); main.list_commands(context); "
        "assert 'commands.web' not in sys.modules; "
        "main.get_command(context, 'web'); assert 'commands.web' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", run], check=True)


def test_what_there_is_not_is_none_and_what_is_no_command_is_a_fault() -> None:
    group = LazyGroup("all", subcommands={"odd": "commands.lazy:LazyGroup"})
    context = click.Context(group)
    assert group.get_command(context, "nothing") is None
    with pytest.raises(TypeError, match="is not a command"):
        group.get_command(context, "odd")
