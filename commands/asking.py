"""Asking before something is done that is not easily taken back."""

from __future__ import annotations

import sys

import click

_YES = ("y", "yes")


def ask_first(question: str, *, yes: bool) -> None:
    """Go on only with a yes: ``--yes``, or a y typed or piped in.

    Without a terminal anything else ends the command with 2: a script has to say what it wants.
    """
    if yes:
        return
    click.echo(f"{question} [y/N] ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not sys.stdin.isatty():
        click.echo(err=True)
    if answer.strip().lower() in _YES:
        return
    if sys.stdin.isatty():
        raise click.ClickException("Nothing was changed.")
    raise click.UsageError("Nothing was changed. Without a terminal say --yes, or y on stdin.")
