"""Fields that a team gives its tickets, and what stands in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FOR_ALL = sa.text("mailbox_id IS NULL")
_HAS_TEXT = sa.text("folded IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "custom_field",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("mailbox_id", _ID, nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("on_form", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("required", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_custom_field_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_field")),
        sa.UniqueConstraint("mailbox_id", "key", name=op.f("uq_custom_field_mailbox_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_custom_field_for_all",
        "custom_field",
        ["key"],
        unique=True,
        sqlite_where=_FOR_ALL,
        postgresql_where=_FOR_ALL,
    )
    comparable = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "custom_value",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("field_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", comparable, nullable=True),
        sa.Column("number", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_custom_value_ticket_id")
        ),
        sa.ForeignKeyConstraint(
            ["field_id"], ["custom_field.id"], name=op.f("fk_custom_value_field_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "field_id", name=op.f("pk_custom_value")),
    )
    op.create_index("ix_custom_value_number", "custom_value", ["field_id", "number", "ticket_id"])
    op.create_index(
        "ix_custom_value_folded",
        "custom_value",
        ["field_id", "folded", "ticket_id"],
        sqlite_where=_HAS_TEXT,
        postgresql_where=_HAS_TEXT,
    )


def downgrade() -> None:
    op.drop_table("custom_value")
    op.drop_table("custom_field")
