"""services that post a mailbox's mail; none, to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail_service",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("mailbox_id", _ID, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("believed", sa.Text(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("taken_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("refused_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("refused_why", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mail_service_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_service")),
        sa.UniqueConstraint(
            "mailbox_id", "provider", name=op.f("uq_mail_service_mailbox_id_provider")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_mail_service_key")),
    )
    op.create_table(
        "posted_token",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("service_id", _ID, nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("mail_sha256", sa.Text(), nullable=False),
        sa.Column("posted_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["mail_service.id"], name=op.f("fk_posted_token_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_token")),
        sa.UniqueConstraint(
            "service_id", "token_sha256", name=op.f("uq_posted_token_service_id_token_sha256")
        ),
    )


def downgrade() -> None:
    op.drop_table("posted_token")
    op.drop_table("mail_service")
