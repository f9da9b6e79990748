"""reports on our mail: what they count, and whose address complained."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail_report",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("inbound_mail_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("begins_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("passed", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("dispositions", sa.JSON(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_mail_id"], ["inbound_mail.id"], name=op.f("fk_mail_report_inbound_mail_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_report")),
        sa.UniqueConstraint("inbound_mail_id", name=op.f("uq_mail_report_inbound_mail_id")),
    )
    op.create_index("ix_mail_report_received_at", "mail_report", ["received_at"])
    # Added in place (no batch, which would copy the table).
    op.add_column(
        "person_address", sa.Column("complained_at", UtcDateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("person_address", "complained_at")
    op.drop_index("ix_mail_report_received_at", "mail_report")
    op.drop_table("mail_report")
