"""``postdesk person export``: everything that is kept about somebody, in a zip file for them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator


@click.command("export")
@click.argument("email")
@click.option(
    "--to",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip file to write; it must not be there yet.",
)
@click.option("--no-notes", is_flag=True, help="Leave internal notes about them out.")
def export_person_command(email: str, file: Path, no_notes: bool) -> None:
    """Write all that is kept about the customer with the address EMAIL into a zip file.

    To read (index.html), for programs (data.json), with their mails and files, and the SHA-256 of
    each. What other customers wrote is not in it.
    """
    from helpdesk import db
    from helpdesk.actions.export_person import export_person
    from helpdesk.blobs import open_blobs
    from web.person_file import person_pieces

    if file.exists():
        raise click.ClickException(f"{file} is there already. Choose another name.")
    settings = load_settings()
    database = db.connect(settings)
    with plain_errors(), database.transaction() as session:
        export = export_person(session, operator(), email, with_notes=not no_notes, now=now())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            for piece in person_pieces(export, open_blobs(settings)):
                target.write(piece)
    except OSError as problem:
        raise click.ClickException(f"{file}: cannot be written ({problem.strerror}).") from None
    click.echo(
        f"{file}: {len(export.tickets):,} tickets, {len(export.mails):,} mails, "
        f"{len(export.files):,} files, {file.stat().st_size:,} bytes."
    )
