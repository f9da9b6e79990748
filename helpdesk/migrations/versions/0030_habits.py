"""how each of the staff works: where to after sending, keys, density; who answers, takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "person", sa.Column("after_sending", sa.Text(), nullable=False, server_default="next")
    )
    op.add_column(
        "person", sa.Column("single_keys", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column(
        "person", sa.Column("dense", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "desk_settings",
        sa.Column("answering_takes", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    op.drop_column("desk_settings", "answering_takes")
    op.drop_column("person", "dense")
    op.drop_column("person", "single_keys")
    op.drop_column("person", "after_sending")
