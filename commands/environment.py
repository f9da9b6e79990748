"""What most commands begin with: settings read, logs set up, a database that is up to date.

Errors end a command with one line on stderr and a status that is not zero.
"""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TextIO, cast

import click
import structlog

from commands.folder_owner import enter
from helpdesk import settings as settings_module
from helpdesk import shop_clock
from helpdesk.log_lines import plain_trace
from helpdesk.settings import SettingError, Settings


def load_settings() -> Settings:
    """The settings, or one line that names the wrong one; and go on as the data folder's owner."""
    if not structlog.is_configured():  # a part has said already what its lines are from
        set_up_logs("command", least=logging.ERROR)
    try:
        enter(settings_module.data_dir())
        return settings_module.load()
    except SettingError as problem:
        raise click.ClickException(str(problem)) from None


def load_settings_of_part(*, waits: bool = True) -> Settings:
    """The settings, for a part that signs and reads: one line if its secret is not the others',
    its store not the one that the database's files are in, or its code too old for the schema.

    Where the database does not answer nothing can be said of it, and the part starts all the same.

    :param waits: whether to wait until the schema is new enough; what takes mail goes on.
    """
    from commands.apart import asked_apart

    settings = load_settings()
    # Apart: what it touches of the memory that parts share would be copied for each of them.
    asked_apart(lambda: _see_installation(settings, waits=waits))
    return settings


def _see_installation(settings: Settings, *, waits: bool) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from commands.schema_fit import see_schema
    from commands.store_identity import see_noted_store, see_store
    from helpdesk import db
    from helpdesk.actions.recognise_key import WrongKey, recognise_key

    database = db.connect(settings, pool_size=1)
    with store_refused():
        try:
            see_schema(database, waits=waits)
            with database.transaction() as session:
                recognise_key(session)
            see_store(settings, database)
        except WrongKey as problem:
            raise click.ClickException(str(problem)) from None
        except SQLAlchemyError:  # it is away, or not migrated yet
            see_noted_store(settings)
        finally:
            database.dispose()


@contextmanager
def store_refused() -> Iterator[None]:
    """Turn what is wrong with the store into one line that names the setting."""
    from helpdesk.blobs.away import StoreAway

    try:
        yield
    except StoreAway as problem:
        raise click.ClickException(f"POSTDESK_BLOB_URL: {problem}") from None


def set_up_logs(part: str, *, least: int = logging.INFO) -> None:
    """Structured lines on stderr: nothing of a mail or a person is ever in them.

    :param part: what each line says it is from.
    :param least: the level from which on lines are written. Commands write faults of ours alone:
        what is away they say in their own words, and only once.
    """
    structlog.configure(
        processors=[
            lambda _logger, _method, line: {"part": part, **line},
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            plain_trace,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "part", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _LogStream(sys.stderr))),
    )


class _LogStream(io.TextIOBase):
    """Where logs go. A line that cannot be written is dropped: work goes on on a full disk."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str, /) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def now() -> datetime:
    """The time, for actions: they look at no clock themselves."""
    return shop_clock.now()


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what people can mend into one line; anything else keeps its traceback for the log."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from helpdesk.blobs.away import StoreAway
    from helpdesk.errors import HelpdeskError

    try:
        yield
    except StoreAway as problem:
        raise click.ClickException(f"POSTDESK_BLOB_URL: {problem}") from None
    except (HelpdeskError, LookupError) as problem:
        raise click.ClickException(str(problem)) from None
    except OperationalError as problem:
        cause = str(problem.orig).splitlines()[0]
        raise click.ClickException(
            f"The database cannot be used ({cause}). Run `postdesk migrate` if it is new."
        ) from None
    except ProgrammingError as problem:
        cause = str(problem.orig).splitlines()[0]
        raise click.ClickException(f"{cause}. Run `postdesk migrate` first.") from None
