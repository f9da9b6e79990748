"""similar solved tickets; those that are there already are not looked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "similar_ticket",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("other_id", _ID),
        sa.Column("answer_id", _ID),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_similar_ticket_ticket_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["ticket.id"], name=op.f("fk_similar_ticket_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["comment.id"], name=op.f("fk_similar_ticket_answer_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "place", name=op.f("pk_similar_ticket")),
    )
    op.create_index("ix_similar_ticket_other_id", "similar_ticket", ["other_id"])
    op.create_index("ix_similar_ticket_answer_id", "similar_ticket", ["answer_id"])
    op.execute(
        "INSERT INTO similar_ticket (ticket_id, place, likeness)"
        " SELECT id, 0, 0 FROM ticket ORDER BY id DESC LIMIT 100"
    )


def downgrade() -> None:
    op.drop_table("similar_ticket")
