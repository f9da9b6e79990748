"""The declarative base, and the few column types that several nouns share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from helpdesk.db import UtcDateTime

# Alembic on SQLite can alter only constraints that have names.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]


class SafeText(TypeDecorator[str]):
    """Text less what a database refuses, wherever it came from: NUL, and lone surrogates.

    What is compared with a column passes through here, too: a look-up for such a text finds
    nothing, instead of failing.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else _REFUSED.sub("", value)


class EnumText(TypeDecorator[str]):
    """A member of a ``StrEnum``, stored as its plain text; no type or constraint of the database.

    A stored text that is no member (of a newer version, or written by hand) is given back as it
    is: the row can still be read, and shows its word, instead of failing with all rows beside it.
    Text may be compared with the column, too: one that is no member finds nothing.
    """

    impl = Text
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members
        self._by_text: dict[str, str] = {member.value: member for member in members}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        # Plain text: a driver may have its own ways with enums.
        return None if value is None else _REFUSED.sub("", str(value))

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], str | None]:
        member_of = self._by_text.get
        return lambda text: None if text is None else member_of(text, text)


_REFUSED = re.compile("[\x00\ud800-\udfff]")


class Base(DeclarativeBase):
    """Everything that Postdesk keeps."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own name for it)
        datetime: UtcDateTime,
        str: SafeText,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        list[dict[str, str]]: JSON,
    }
