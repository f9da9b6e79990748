"""``postdesk mail report``: an anonymised copy of a mail that is read wrongly."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mailgate.anonymise.parse_report import report_parse
from mailgate.parse.isolated import Reader


@click.command("report")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else to stdout."
)
def report_command(file: Path, output: Path | None) -> None:
    """Write a copy of the raw mail FILE with other names, addresses and words.

    Structure, charsets, encodings, boundaries and quote marks stay, so that the copy is read as
    wrongly as the mail. Says on stderr whether it is, and exits with 1 where it is not.
    """
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be read ({problem.strerror}).") from None
    with Reader() as reader:
        report = report_parse(reader, raw)
    if output is None:
        sys.stdout.buffer.write(report.copy)
    else:
        output.write_bytes(report.copy)
    if report.shows_the_same:
        same = "The copy is read just as the mail is. Look it through before you send it."
        click.echo(same, err=True)
        return
    click.echo("The copy is read otherwise than the mail:", err=True)
    for line in report.differences:
        click.echo(f"  {line}", err=True)
    raise SystemExit(1)
