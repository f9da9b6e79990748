"""Gateways have names, and the parts of every machine say that they live."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "gateway",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("spool_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("accepted", _BIG, nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("oldest_seconds", sa.Integer),
        sa.Column("disk_free", _BIG),
        sa.Column("disk_is_full", sa.Boolean, nullable=False),
        sa.Column("counted", _BIG, nullable=False),
        sa.Column("counted_to", _BIG, nullable=False),
        sa.Column("difference", sa.Integer, nullable=False),
        sa.Column("retired_at", _MOMENT),
        sa.Column("has_older", sa.Boolean, nullable=False),
        sa.UniqueConstraint("spool_id", name="uq_gateway_spool_id"),
        sa.UniqueConstraint("name", name="uq_gateway_name"),
    )
    op.create_table(
        "gateway_hour",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("gateway_id", _BIG, nullable=False),
        sa.Column("hour", _MOMENT, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.UniqueConstraint("gateway_id", "hour", name="uq_gateway_hour_gateway_id_hour"),
    )
    op.create_table(
        "running_part",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("place", "part", name="uq_running_part_place_part"),
    )
    op.add_column("inbound_mail", sa.Column("gateway_id", _BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("inbound_mail", "gateway_id")
    op.drop_table("running_part")
    op.drop_table("gateway_hour")
    op.drop_table("gateway")
