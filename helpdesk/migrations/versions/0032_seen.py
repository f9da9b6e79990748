"""what each of the staff has read; all that is there by now counts as read."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("person", sa.Column("reads_from", UtcDateTime(timezone=True), nullable=True))
    person = sa.table("person", sa.column("reads_from", UtcDateTime(timezone=True)))
    op.execute(person.update().values(reads_from=datetime.now(UTC)))
    op.create_table(
        "ticket_seen",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ticket_seen_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_seen_ticket_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "ticket_id", name=op.f("pk_ticket_seen")),
    )


def downgrade() -> None:
    op.drop_table("ticket_seen")
    op.drop_column("person", "reads_from")
