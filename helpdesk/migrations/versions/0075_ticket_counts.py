"""the tickets of each kind, counted as they change"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

_KINDS = ("mailbox_id", "status", "category", "priority")
_COUNTED_BY = ("folder", *_KINDS, "created_at", "first_response_at", "rating")
_COLUMNS = f"{', '.join(_KINDS)}, tickets, answered, waited_ms, rated, rated_good"
_IS_ANSWERED = "{row}.first_response_at > {row}.created_at"
_WAITED = {
    "postgresql": "EXTRACT(EPOCH FROM {row}.first_response_at - {row}.created_at) * 1000",
    "sqlite": "(julianday({row}.first_response_at) - julianday({row}.created_at)) * 86400000",
}


def upgrade() -> None:
    op.create_table(
        "ticket_count",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("mailbox_id", _big()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=False),
        sa.Column("rated_good", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_count")),
    )
    # From here on all is counted. What was there before is counted by the sweep, which holds nobody
    # up; where there was nothing, there is nothing to be counted.
    if op.get_bind().dialect.name == "postgresql":
        _count_in_postgresql()
    else:
        _count_in_sqlite()
    op.execute(
        "INSERT INTO installation (name, value) SELECT 'tickets_counted', 'yes'"
        " WHERE NOT EXISTS (SELECT * FROM ticket)"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER ticket_counted ON ticket")
        op.execute("DROP TRIGGER ticket_counted_anew ON ticket")
        op.execute("DROP FUNCTION count_ticket()")
    else:
        for name in ("ticket_counted", "ticket_counted_anew", "ticket_counted_no_more"):
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("ticket_count")
    op.execute("DELETE FROM installation WHERE name = 'tickets_counted'")


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _written(dialect: str, row: str, sign: str) -> str:
    """The statement that counts a ticket, or takes it away."""
    kinds = ", ".join(f"{row}.{name}" for name in _KINDS)
    answered, waited = _IS_ANSWERED.format(row=row), _WAITED[dialect].format(row=row)
    return (
        f"INSERT INTO ticket_count ({_COLUMNS})"
        f" SELECT {kinds}, {sign}1, {sign}CASE WHEN {answered} THEN 1 ELSE 0 END,"
        f" {sign}CASE WHEN {answered} THEN CAST(round({waited}) AS BIGINT) ELSE 0 END,"
        f" {sign}CASE WHEN {row}.rating IS NULL THEN 0 ELSE 1 END,"
        f" {sign}CASE WHEN {row}.rating = 'good' THEN 1 ELSE 0 END"
        f" WHERE {row}.folder = 'inbox';"
    )


def _count_in_postgresql() -> None:
    before, after = _written("postgresql", "OLD", "-"), _written("postgresql", "NEW", "")
    op.execute(
        "CREATE FUNCTION count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {before} END IF;"
        f" IF TG_OP <> 'DELETE' THEN {after} END IF;"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER ticket_counted AFTER INSERT OR DELETE ON ticket"
        " FOR EACH ROW EXECUTE FUNCTION count_ticket()"
    )
    old, new = (", ".join(f"{row}.{name}" for name in _COUNTED_BY) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER ticket_counted_anew AFTER UPDATE ON ticket FOR EACH ROW"
        f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new})) EXECUTE FUNCTION count_ticket()"
    )


def _count_in_sqlite() -> None:
    before, after = _written("sqlite", "OLD", "-"), _written("sqlite", "NEW", "")
    op.execute(f"CREATE TRIGGER ticket_counted AFTER INSERT ON ticket BEGIN {after} END")
    op.execute(f"CREATE TRIGGER ticket_counted_no_more AFTER DELETE ON ticket BEGIN {before} END")
    is_other = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _COUNTED_BY)
    op.execute(
        f"CREATE TRIGGER ticket_counted_anew AFTER UPDATE OF {', '.join(_COUNTED_BY)} ON ticket"
        f" WHEN {is_other} BEGIN {before} {after} END"
    )
