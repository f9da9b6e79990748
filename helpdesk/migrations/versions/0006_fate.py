"""the fate of answers: undo and later, corrected mails, addresses that mail came back from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("undo_seconds", sa.Integer(), server_default="10", nullable=False)
        )
    with op.batch_alter_table("person_address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bounced_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("bounce_words", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leaves_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("status_after", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("outbound_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaced_by_id", _ID, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_outbound_mail_replaced_by_id"), "outbound_mail", ["replaced_by_id"], ["id"]
        )
        batch_op.create_index("ix_outbound_mail_mailbox", ["mailbox_id", "id"])
        batch_op.create_index("ix_outbound_mail_created", ["created_at"])
    # The defaults were for the rows there are; new ones always say what they hold.
    for table, column in _WITH_DEFAULT:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


_WITH_DEFAULT = (
    ("person", "undo_seconds"),
    ("person_address", "bounce_words"),
    ("comment", "status_after"),
)


def downgrade() -> None:
    with op.batch_alter_table("outbound_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_outbound_mail_created")
        batch_op.drop_index("ix_outbound_mail_mailbox")
        batch_op.drop_constraint(op.f("fk_outbound_mail_replaced_by_id"), type_="foreignkey")
        batch_op.drop_column("replaced_by_id")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_column("status_after")
        batch_op.drop_column("leaves_at")
    with op.batch_alter_table("person_address", schema=None) as batch_op:
        batch_op.drop_column("bounce_words")
        batch_op.drop_column("bounced_at")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("undo_seconds")
