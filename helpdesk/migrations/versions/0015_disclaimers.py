"""notices of confidentiality, apart from what somebody wrote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place (no batch, which would copy the table).
    op.add_column(
        "comment", sa.Column("disclaimer_text", sa.Text(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("comment", "disclaimer_text")
