"""each use of a canned reply, so that an undo takes it back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "canned_use",
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("canned_reply_id", big, nullable=False),
        sa.Column("change_id", big),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_use")),
        sa.ForeignKeyConstraint(
            ["canned_reply_id"],
            ["canned_reply.id"],
            name=op.f("fk_canned_use_canned_reply_id_canned_reply"),
            ondelete="CASCADE",  # code of before deletes a canned reply without its uses
        ),
    )
    op.create_index("ix_canned_use_reply", "canned_use", ["canned_reply_id", "used_at"])
    op.create_index(
        "ix_canned_use_change",
        "canned_use",
        ["change_id"],
        sqlite_where=sa.text("change_id IS NOT NULL"),
        postgresql_where=sa.text("change_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("canned_use")
