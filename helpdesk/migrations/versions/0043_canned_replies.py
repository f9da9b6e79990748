"""Texts that staff answer with again and again; none, to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PEOPLE = ("assignee_id", "created_by_id", "updated_by_id")


def upgrade() -> None:
    op.create_table(
        "canned_reply",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mailbox_id", _ID, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("status_after", sa.Text(), nullable=True),
        sa.Column("assigns_me", sa.Boolean(), nullable=False),
        sa.Column("assignee_id", _ID, nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("used_count", sa.Integer(), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", _ID, nullable=True),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_canned_reply_mailbox_id")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_canned_reply_{name}"))
            for name in _PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
    )
    op.create_index("ix_canned_reply_mailbox_id", "canned_reply", ["mailbox_id"])


def downgrade() -> None:
    op.drop_table("canned_reply")
