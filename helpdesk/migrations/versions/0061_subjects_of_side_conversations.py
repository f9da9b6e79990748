"""Have tickets be found by the subjects of their side conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.tickets.search import add_words

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    subjects = sa.text("SELECT ticket_id, subject FROM side_conversation ORDER BY id")
    for ticket_id, subject in connection.execute(subjects).all():
        add_words(connection, ticket_id, [subject])


def downgrade() -> None:
    """Leave the words: a ticket that is written on is read anew."""
