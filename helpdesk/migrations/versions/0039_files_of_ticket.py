"""whether a ticket has files, kept on it for its row in the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_STEP = 20_000
"""Files that are looked at in one statement."""
_FILL = sa.text(
    "UPDATE ticket SET has_files = :yes WHERE id IN ("
    "SELECT comment.ticket_id FROM attachment JOIN comment ON comment.id = attachment.comment_id"
    " WHERE attachment.id BETWEEN :first AND :last AND comment.kind = 'message'"
    " AND attachment.content_type NOT IN ('application/pkcs7-signature',"
    " 'application/x-pkcs7-signature', 'application/pgp-signature')"
    " AND NOT (attachment.disposition = 'inline' AND attachment.content_id IS NOT NULL"
    " AND attachment.content_type LIKE 'image/%'))"
    " AND has_files = :no"
)


def upgrade() -> None:
    op.add_column(
        "ticket", sa.Column("has_files", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    connection = op.get_bind()
    newest = connection.scalar(sa.text("SELECT max(id) FROM attachment")) or 0
    for first in range(1, newest + 1, _STEP):
        step = {"first": first, "last": first + _STEP - 1, "yes": True, "no": False}
        connection.execute(_FILL, step)


def downgrade() -> None:
    op.drop_column("ticket", "has_files")
