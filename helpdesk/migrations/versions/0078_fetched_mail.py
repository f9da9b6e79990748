"""mailboxes that are fetched from a mail server, and the mails seen there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_fetch",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("mailbox_id", _big(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("tls", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("sealed_password", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("move_to", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uid_validity", _big()),
        sa.Column("seen_uid", _big(), nullable=False),
        sa.Column("caught_up", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("trouble_since", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_fetch_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_fetch")),
    )
    op.create_index("ix_mailbox_fetch_mailbox_id", "mailbox_fetch", ["mailbox_id"])
    op.create_table(
        "fetched_mail",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("fetch_id", _big(), nullable=False),
        sa.Column("uid_validity", _big(), nullable=False),
        sa.Column("uid", _big(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("spool_name", sa.Text(), nullable=False),
        sa.Column("spool_id", sa.Text(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("size", _big(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["fetch_id"], ["mailbox_fetch.id"], name=op.f("fk_fetched_mail_fetch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetched_mail")),
        sa.UniqueConstraint(
            "fetch_id",
            "uid_validity",
            "uid",
            name=op.f("uq_fetched_mail_fetch_id_uid_validity_uid"),
        ),
    )
    op.create_index(
        "ix_fetched_mail_fetch_id_content_key", "fetched_mail", ["fetch_id", "content_key"]
    )
    op.create_index("ix_fetched_mail_fetch_id_state", "fetched_mail", ["fetch_id", "state"])
    op.create_index("ix_fetched_mail_fetch_id_marked", "fetched_mail", ["fetch_id", "marked"])


def downgrade() -> None:
    op.drop_table("fetched_mail")
    op.drop_table("mailbox_fetch")


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
