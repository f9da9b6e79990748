"""merged tickets, the acknowledgements' budget, and what a mailbox is fed through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _BIG, nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_acknowledgement_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_acknowledgement_ticket_id")),
    )
    op.create_index("ix_acknowledgement_sender", "acknowledgement", ["sender", "sent_at"])
    op.create_index("ix_acknowledgement_domain", "acknowledgement", ["domain", "sent_at"])
    op.create_index("ix_acknowledgement_sent_at", "acknowledgement", ["sent_at"])
    op.create_table(
        "ticket_merge",
        sa.Column("ticket_id", _BIG, nullable=False),
        sa.Column("into_id", _BIG, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("comment_ids", sa.JSON(), nullable=False),
        sa.Column("participant_ids", sa.JSON(), nullable=False),
        sa.Column("merged_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_merge_ticket_id")
        ),
        sa.ForeignKeyConstraint(["into_id"], ["ticket.id"], name=op.f("fk_ticket_merge_into_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_merge")),
    )
    op.create_index(op.f("ix_ticket_merge_into_id"), "ticket_merge", ["into_id"])
    # Added in place (no batch, which would copy the table).
    op.add_column(
        "mailbox", sa.Column("fed_through", sa.JSON(), server_default="[]", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("mailbox", "fed_through")
    op.drop_table("ticket_merge")
    op.drop_table("acknowledgement")
