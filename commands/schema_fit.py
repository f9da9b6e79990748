"""Seeing, before a part starts, that it works on the database's schema (decision 47)."""

from __future__ import annotations

import time

import click
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.db import Database, connect
from helpdesk.outages import outage
from helpdesk.schema import Fit, SchemaState, schema_state
from helpdesk.settings import Settings

LOOK_AGAIN = 1.0
"""Seconds between two looks at a schema that somebody is to bring up to date."""


def see_schema(database: Database, *, waits: bool) -> None:
    """Return once this code works on the schema; with ``waits`` wait for one that lags behind.

    A database that is away is waited for elsewhere; without any schema yet, all is as without one.

    :raises click.ClickException: it is ahead, and needs newer code: one line.
    """
    told = outage("schema")
    while True:
        try:
            found = schema_state(database)
        except SQLAlchemyError:
            return
        if found.fit is Fit.TOO_NEW:
            raise click.ClickException(f"{sentence(found)} Upgrade this machine's Postdesk.")
        if found.fit is Fit.FITS or not found.revision or not waits:
            told.worked()
            return
        told.failed(f"{found.words}: run `postdesk migrate`")
        time.sleep(LOOK_AGAIN)


def wait_for_schema(settings: Settings) -> None:
    """Return once this code works on the schema of the settings' database.

    :raises click.ClickException: it needs newer code: one line.
    """
    database = connect(settings, pool_size=1)
    try:
        see_schema(database, waits=True)
    finally:
        database.dispose()


def sentence(state: SchemaState) -> str:
    """What is to be said of a schema, as a sentence."""
    return f"{state.words[0].upper()}{state.words[1:]}."
