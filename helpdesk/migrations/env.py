"""Alembic's environment: run by helpdesk.schema, which hands over the connection."""

from __future__ import annotations

from alembic import context

from helpdesk.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="",
)
context.run_migrations()
