"""names that tags had before, by which a search still finds them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "former_tag_name",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("tag_id", _ID, nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_former_tag_name_tag_id")),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_former_tag_name")),
    )
    op.create_index("ix_former_tag_name_tag", "former_tag_name", ["tag_id", "until"])


def downgrade() -> None:
    op.drop_table("former_tag_name")
