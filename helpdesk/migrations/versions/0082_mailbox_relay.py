"""relays of mailboxes, and copies of sent mail that wait"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_relay",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("mailbox_id", _big(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("tls", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("sealed_password", sa.Text(), nullable=False),
        sa.Column("by_token", sa.Boolean(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("sent_folder", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("trouble_since", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_relay_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_relay")),
        sa.UniqueConstraint("mailbox_id", name=op.f("uq_mailbox_relay_mailbox_id")),
    )
    op.create_table(
        "sent_copy",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("outbound_mail_id", _big(), nullable=False),
        sa.Column("mailbox_id", _big(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbound_mail_id"], ["outbound_mail.id"], name=op.f("fk_sent_copy_outbound_mail_id")
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_sent_copy_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_copy")),
        sa.UniqueConstraint("outbound_mail_id", name=op.f("uq_sent_copy_outbound_mail_id")),
    )
    op.create_index("ix_sent_copy_mailbox_id", "sent_copy", ["mailbox_id"])
    op.create_index("ix_sent_copy_next_try_at", "sent_copy", ["next_try_at"])


def downgrade() -> None:
    op.drop_table("sent_copy")
    op.drop_table("mailbox_relay")


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
