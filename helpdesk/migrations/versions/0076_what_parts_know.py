"""which schema the code of each part knows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("running_part", sa.Column("knows", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("running_part", "knows")
