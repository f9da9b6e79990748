"""The order of a checklist; what else a macro does: fields, a checklist, another mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "checklist_item", sa.Column("position", sa.Integer(), nullable=False, server_default="0")
    )
    for name, empty in (("custom", "{}"), ("checklist", "[]")):
        op.add_column(
            "canned_reply", sa.Column(name, sa.JSON(), nullable=False, server_default=empty)
        )
    op.add_column("canned_reply", sa.Column("moves_to_id", _ID, nullable=True))


def downgrade() -> None:
    # What is not known before would not be read.
    op.execute("DELETE FROM change WHERE field = 'checklist_place'")
    for name in ("moves_to_id", "checklist", "custom"):
        op.drop_column("canned_reply", name)
    op.drop_column("checklist_item", "position")
