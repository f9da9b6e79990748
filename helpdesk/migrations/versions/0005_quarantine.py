"""what the quarantine shows of a held mail, and whose mail is never held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "trusted_sender",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("added_by_id", _ID, nullable=True),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_trusted_sender_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_sender")),
        sa.UniqueConstraint("address", name=op.f("uq_trusted_sender_address")),
    )
    op.add_column("inbound_mail", sa.Column("reading", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("inbound_mail", "reading")
    op.drop_table("trusted_sender")
