"""anonymised copies of mails that were read wrongly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "parse_report",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("inbound_mail_id", _ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("copy_sha256", sa.Text(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_mail_id"],
            ["inbound_mail.id"],
            name=op.f("fk_parse_report_inbound_mail_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parse_report")),
        sa.UniqueConstraint("inbound_mail_id", name=op.f("uq_parse_report_inbound_mail_id")),
    )
    op.create_index(op.f("ix_parse_report_state"), "parse_report", ["state"])


def downgrade() -> None:
    op.drop_index(op.f("ix_parse_report_state"), "parse_report")
    op.drop_table("parse_report")
