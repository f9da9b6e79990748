"""teams: who is in them, which ticket is theirs, and whose new tickets they get; who is away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OF_TEAM = sa.text("team_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("hands_out", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("folded", name=op.f("uq_team_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("given_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_team_member_person_id")
        ),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_team_member")),
    )
    op.create_index("ix_team_member_person_id", "team_member", ["person_id"])
    op.add_column("ticket", sa.Column("team_id", _ID, nullable=True))
    op.create_index(
        "ix_ticket_team",
        "ticket",
        ["team_id", "id"],
        sqlite_where=_OF_TEAM,
        postgresql_where=_OF_TEAM,
    )
    op.add_column("mailbox", sa.Column("team_id", _ID, nullable=True))
    op.add_column(
        "person", sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("person", "away")
    op.drop_column("mailbox", "team_id")
    op.drop_index("ix_ticket_team", "ticket")
    op.drop_column("ticket", "team_id")
    op.drop_table("team_member")
    op.drop_table("team")
