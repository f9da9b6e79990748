"""what customers' pages keep: mailed links, ratings, a mailbox's logo and survey."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mailed_link",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mailed_link_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    op.create_index("ix_mailed_link_address", "mailed_link", ["address", "made_at"])
    op.create_index(op.f("ix_mailed_link_made_at"), "mailed_link", ["made_at"])
    # Added in place (no batch, which would copy the table): a big one is done at once.
    op.add_column("ticket", sa.Column("rating", sa.Text(), nullable=True))
    op.add_column(
        "ticket", sa.Column("rating_comment", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("ticket", sa.Column("rated_at", UtcDateTime(timezone=True), nullable=True))
    rated = sa.text("rated_at IS NOT NULL")
    op.create_index(
        "ix_ticket_rated",
        "ticket",
        ["rated_at", "id"],
        sqlite_where=rated,
        postgresql_where=rated,
    )
    op.add_column("mailbox", sa.Column("logo_sha256", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "mailbox", sa.Column("survey_minutes", sa.Integer(), server_default="60", nullable=True)
    )


def downgrade() -> None:
    op.drop_column("mailbox", "survey_minutes")
    op.drop_column("mailbox", "logo_sha256")
    op.drop_index("ix_ticket_rated", "ticket")
    op.drop_column("ticket", "rated_at")
    op.drop_column("ticket", "rating_comment")
    op.drop_column("ticket", "rating")
    op.drop_table("mailed_link")
