"""How long what is over is kept; and the indexes by which it is found and deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0066"
down_revision = "0062"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = (
    (
        "ix_ticket_closed",
        "ticket",
        ["closed_at", "updated_at", "id"],
        "folder = 'inbox' AND status = 'closed'",
    ),
    (
        "ix_inbound_mail_raw",
        "inbound_mail",
        ["received_at", "size"],
        "raw_sha256 <> '' AND state IN ('filed', 'set_aside')",
    ),
    ("ix_outbound_mail_rendered", "outbound_mail", ["created_at"], "rendered_sha256 IS NOT NULL"),
    (
        "ix_outbound_mail_replaced",
        "outbound_mail",
        ["replaced_by_id"],
        "replaced_by_id IS NOT NULL",
    ),
    ("ix_thread_id_comment", "thread_id", ["comment_id"], "comment_id IS NOT NULL"),
    ("ix_ticket_seen_ticket_id", "ticket_seen", ["ticket_id"], ""),
    ("ix_concern_ticket_id", "concern", ["ticket_id"], ""),
    ("ix_concern_comment_id", "concern", ["comment_id"], ""),
)


def upgrade() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("days", sa.Integer()),
        sa.Column("days_before", sa.Integer()),
        sa.Column("begins_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ran_at", UtcDateTime(timezone=True)),
        sa.Column("ended_at", UtcDateTime(timezone=True)),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("gone_bytes", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "unused_file",
        sa.Column("id", _Id, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("look_at", UtcDateTime(timezone=True), nullable=False, index=True),
    )
    for name, table, columns, where in _INDEXES:
        chosen = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=chosen, postgresql_where=chosen)


def downgrade() -> None:
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table)
    op.drop_table("unused_file")
    op.drop_table("retention_rule")
