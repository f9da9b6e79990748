"""A gateway's name is its own: one that is at work elsewhere stops the start."""

from __future__ import annotations

import click

from commands.apart import asked_apart
from helpdesk.settings import Settings


def refuse_a_name_in_use(settings: Settings) -> None:
    """Stop where the name that the settings give this gateway is that of one that is at work.

    Both would be looked for under it. Where the database is away nobody knows, and mail is taken
    all the same: the second one then has a few letters of its own after the name.

    :raises click.ClickException: it is in use.
    """
    if not settings.gateway or settings.is_sqlite:
        return
    machine = asked_apart(lambda: _who_has_it(settings))
    if machine:
        raise click.ClickException(
            f"POSTDESK_GATEWAY: {settings.gateway} is the name of a gateway that is at work on "
            f"{machine}. Give this one another name, or stop that one."
        )


def _who_has_it(settings: Settings) -> str:
    from sqlalchemy.exc import SQLAlchemyError

    from helpdesk import db
    from helpdesk.identity import known_spool_id
    from helpdesk.queries.gateways import machine_with_name

    database = db.connect(settings, pool_size=1)
    own = known_spool_id(settings.spool_dir)
    try:
        with database.reading() as session:
            return machine_with_name(session, settings.gateway, besides=own)
    except SQLAlchemyError:  # away, or of a schema that is older than we are
        return ""
    finally:
        database.dispose()
