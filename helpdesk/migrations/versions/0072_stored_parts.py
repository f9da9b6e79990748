"""by which other stored files a raw mail is stored"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_part",
        sa.Column("whole_sha256", sa.Text(), nullable=False),
        sa.Column("part_sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("whole_sha256", "part_sha256", name=op.f("pk_stored_part")),
    )
    op.create_index(op.f("ix_stored_part_part_sha256"), "stored_part", ["part_sha256"])


def downgrade() -> None:
    op.drop_table("stored_part")
