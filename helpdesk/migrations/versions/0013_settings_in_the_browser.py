"""categories as rows, to begin with those there were, and the log of what admins change."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LABELS = {
    "order_issue": "Order",
    "delivery": "Delivery",
    "payment": "Payment",
    "refund": "Refund",
    "product": "Product",
    "account": "Account",
    "other": "Other",
}


def upgrade() -> None:
    category = op.create_table(
        "category",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("name", name=op.f("uq_category_name")),
    )
    now = datetime.now(UTC)
    op.bulk_insert(
        category,
        [
            {"name": name, "label": label, "active": True, "created_at": now}
            for name, label in _LABELS.items()
        ],
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("actor_id", _BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old_value", sa.Text(), nullable=False),
        sa.Column("new_value", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )


def downgrade() -> None:
    op.drop_table("audit_entry")
    op.drop_table("category")
