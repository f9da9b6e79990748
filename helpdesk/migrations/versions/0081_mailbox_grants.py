"""tokens that a mailbox signs in with at Google and Microsoft; none, to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mailbox_grant",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("mailbox_id", _ID, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("sealed_refresh_token", sa.Text(), nullable=False),
        sa.Column("sealed_access_token", sa.Text(), nullable=False),
        sa.Column("access_expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", _ID, nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("trouble_since", UtcDateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_until", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_grant_mailbox_id")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_mailbox_grant_granted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_grant")),
        sa.UniqueConstraint("mailbox_id", name=op.f("uq_mailbox_grant_mailbox_id")),
    )
    op.create_table(
        "grant_request",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("mailbox_id", _ID, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("user_code", sa.Text(), nullable=False),
        sa.Column("verification_url", sa.Text(), nullable=False),
        sa.Column("asked_every", sa.Integer(), nullable=False),
        sa.Column("next_ask_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_grant_request_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_request")),
        sa.UniqueConstraint("mailbox_id", name=op.f("uq_grant_request_mailbox_id")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_grant_request_state_hash")),
    )
    op.add_column(
        "mailbox_fetch",
        sa.Column("by_token", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("mailbox_fetch", "by_token")
    op.drop_table("grant_request")
    op.drop_table("mailbox_grant")
