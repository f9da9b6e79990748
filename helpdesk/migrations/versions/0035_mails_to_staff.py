"""mails to staff are found among all by an index of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TO_STAFF = sa.text(
    "template IN ('assigned_staff', 'canary', 'comment_added_staff', 'delivery_failed_staff', "
    "'digest_staff', 'mail_alarm_staff', 'mentioned_staff', 'password_link_staff', "
    "'ticket_created_staff')"
)


def upgrade() -> None:
    op.create_index(
        "ix_outbound_mail_to_staff",
        "outbound_mail",
        ["id"],
        sqlite_where=_TO_STAFF,
        postgresql_where=_TO_STAFF,
    )


def downgrade() -> None:
    op.drop_index("ix_outbound_mail_to_staff", table_name="outbound_mail")
