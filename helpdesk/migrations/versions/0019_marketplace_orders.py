"""orders of marketplaces that relayed mails are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "marketplace_order",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_marketplace_order_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketplace_order")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_marketplace_order_comment_id")),
    )
    op.create_index("ix_marketplace_order_number", "marketplace_order", ["number"])
    op.create_index("ix_marketplace_order_alias", "marketplace_order", ["alias"])


def downgrade() -> None:
    op.drop_index("ix_marketplace_order_alias", "marketplace_order")
    op.drop_index("ix_marketplace_order_number", "marketplace_order")
    op.drop_table("marketplace_order")
