"""people are found by how their address or name begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name, address = "ix_person_name_beginning", "ix_person_address_beginning"
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(name, "person", [sa.text("lower(name) text_pattern_ops")])
        op.create_index(address, "person_address", [sa.text("address text_pattern_ops")])
    else:
        op.create_index(name, "person", [sa.text("lower(name)")])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_person_address_beginning", table_name="person_address")
    op.drop_index("ix_person_name_beginning", table_name="person")
