"""Alembic's environment: run by helpdesk.schema, which hands over the connection.

In a transaction already, all is a part of it; else each migration is one of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo

from helpdesk.models import Base
from helpdesk.schema.state import any_contracts, note_least_code

connection = context.config.attributes["connection"]
also = context.config.attributes["also"]


def on_applied(
    *, ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], **_: Any
) -> None:
    """Have the schema say which code it needs, in the transaction that changes that."""
    if ctx.connection is not None and any_contracts([step.up_revision_id or ""], also):
        note_least_code(ctx.connection, next(iter(heads), ""), also)


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="",
    transaction_per_migration=True,
    on_version_apply=on_applied,  # type: ignore[arg-type]  # it is called by names
)
with context.begin_transaction():
    context.run_migrations()
